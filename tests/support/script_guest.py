"""A provisioned machine of the Windows model that runs scripts, and remembers which texts it ran."""

from __future__ import annotations

import base64
import functools
import io
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from localazure.pace import Pace
from localazure.windows.base_image import ensure_base_image, unpack
from localazure.windows.boot import boot
from localazure.windows.guest.program_table import program_table
from localazure.windows.machine.machine import Machine
from localazure.windows.machine.tokens import Token, system_token
from localazure.windows.powershell.engine import Engine
from localazure.windows.powershell.values import ScriptBlock
from mintage.remote.winrm.launcher import call, command_line, line, script_text
from tests.support.windows_machine import ADMINISTRATOR, provisioning

ROOT = Path(__file__).parents[2]
FOLDERS = ("src/mintage", "deployments")
POWERSHELL = "powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass"
_WAIT = 30


def scripts() -> dict[str, str]:
    """Each .ps1 of the product and of the deployments, by its path in the repository."""
    found = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.ps1"))
    return {str(path.relative_to(ROOT)): path.read_bytes().decode("ascii") for path in found}


@dataclass
class Ran:
    output: str
    errors: str
    code: int | None

    def answers(self) -> list[Any]:
        """The JSON objects it printed, a line each."""
        assert (self.errors, self.code) == ("", 0), self
        return [json.loads(each) for each in self.output.splitlines() if each.startswith(("{", "["))]

    def answer(self) -> Any:
        return self.answers()[-1]


@dataclass
class ScriptGuest:
    """``compiled`` holds the text of everything that this machine's PowerShell ran."""

    machine: Machine
    compiled: list[str] = field(default_factory=list)

    def administrator(self, logon: str = "network") -> Token:
        return self.machine.users.token(ADMINISTRATOR, logon)  # type: ignore[arg-type]

    def program(self, command: str, given: bytes = b"", user: Token | None = None) -> Ran:
        who, out, err = user or self.administrator(), io.BytesIO(), io.BytesIO()
        variables = self.machine.variables(who)
        process = self.machine.processes.start(command, who, variables, "C:\\", io.BytesIO(given), out, err)
        code = process.wait(_WAIT)
        return Ran(_plain(out), _plain(err), code)

    def run(self, text: str, *, user: Token | None = None, environment: dict[str, str] | None = None) -> Ran:
        """As Mintage runs a script over WinRM: by bootstrap.ps1 and run.ps1, which take it from standard input."""
        return self.program(command_line(), call(text, environment or {}), user)

    def prints(self, text: str) -> list[str]:
        """The lines of a script that the administrator runs and that ends well."""
        ran = self.run(text)
        assert (ran.errors, ran.code) == ("", 0), ran.errors
        return ran.output.splitlines()

    def alone(self, text: str) -> Ran:
        """As an encoded command, with nothing around it."""
        packed = base64.b64encode(text.encode("utf-16-le")).decode()
        return self.program(f"{POWERSHELL} -EncodedCommand {packed}")

    def as_system(self, text: str) -> Ran:
        """As Run Command does."""
        self.machine.files.write_text(r"C:\run.ps1", text)
        return self.program(rf"{POWERSHELL} -File C:\run.ps1", user=system_token())

    def talk(self, name: str, given: Mapping[str, object], *more: bytes) -> Ran:
        """One of the transport's own scripts, which reads what it is given line by line."""
        first = call(script_text("input.ps1", name)) + line(json.dumps(dict(given)))
        return self.program(command_line(), first + b"".join(more))


Test = Callable[[ScriptGuest], None]
RUNS: dict[str, str] = {}
"""Which test runs a script's text."""


def runs(*paths: str) -> Callable[[Test], Test]:
    """The test runs the text of these scripts: it fails if it does not."""

    def decorate(test: Test) -> Test:
        RUNS.update(dict.fromkeys(paths, test.__name__))

        @functools.wraps(test)
        def wrapped(guest: ScriptGuest) -> None:
            test(guest)
            missing = [path for path in paths if not any(scripts()[path] in text for text in guest.compiled)]
            assert missing == [], "this test was said to run these scripts, and did not"

        return wrapped

    return decorate


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The disk of a machine that came up once."""
    folder = tmp_path_factory.mktemp("installed")
    unpack(ensure_base_image(folder / "cache"), folder / "disk")
    machine = Machine(folder / "disk", pace=Pace(0), programs=program_table())
    report = boot(machine, provisioning())
    assert report.ready, report.failure
    return folder / "disk"


@pytest.fixture
def guest(installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ScriptGuest:
    shutil.copytree(installed, tmp_path / "disk")
    made = ScriptGuest(Machine(tmp_path / "disk", pace=Pace(0), programs=program_table()))
    boot(made.machine, provisioning())
    compiled = Engine.compile

    def remembering(engine: Engine, text: str, file: str | None = None) -> ScriptBlock:
        made.compiled.append(text.replace("\r\n", "\n"))
        return compiled(engine, text, file)

    monkeypatch.setattr(Engine, "compile", remembering)
    return made


def _plain(stream: io.BytesIO) -> str:
    return stream.getvalue().decode().replace("\r\n", "\n")
