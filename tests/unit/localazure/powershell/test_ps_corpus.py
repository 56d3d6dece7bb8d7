"""A corpus of scripts, run by the model, and by a real PowerShell where there is one; corpus/README.md describes it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from localazure.windows.machine.machine import Machine
from tests.support.powershell_machine import POWERSHELL, made, run

CORPUS = Path(__file__).with_name("corpus")
SCRIPTS = sorted(path.stem for path in CORPUS.glob("*.ps1"))
PWSH = shutil.which("pwsh")


@dataclass(frozen=True)
class Expected:
    """What the files beside a script, and the comments at its head, say of it."""

    output: str
    errors: str
    code: int
    only: str | None
    """Why a PowerShell 7 here would print something else."""


def text_of(name: str) -> str:
    return (CORPUS / f"{name}.ps1").read_bytes().decode("ascii")


def expected(name: str) -> Expected:
    head = re.match(r"(?:#.*\n)*", text_of(name))
    comments = head.group() if head else ""
    code = re.search(r"^# exits with (\d+)$", comments, re.MULTILINE)
    kinds = ["differs in PowerShell 7"] if sys.platform == "win32" else ["differs in PowerShell 7", "only on Windows"]
    only = re.search(rf"^# (?:{'|'.join(kinds)}): (.+)$", comments, re.MULTILINE)
    errors = CORPUS / f"{name}.err"
    return Expected(
        (CORPUS / f"{name}.out").read_text(),
        errors.read_text() if errors.exists() else "",
        int(code[1]) if code else 0,
        only[1] if only else None,
    )


COMPARABLE = [name for name in SCRIPTS if expected(name).only is None]


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    return made(tmp_path_factory.mktemp("windows"))


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_model_does_what_windows_powershell_does(machine: Machine, name: str) -> None:
    machine.files.write_text(rf"C:\{name}.ps1", text_of(name))
    output, errors, code = run(machine, rf"{POWERSHELL} -ExecutionPolicy Bypass -File C:\{name}.ps1")
    wanted = expected(name)
    assert (output.splitlines(), errors.splitlines(), code) == (
        wanted.output.splitlines(),
        wanted.errors.splitlines(),
        wanted.code,
    )


@pytest.mark.skipif(PWSH is None, reason="there is no pwsh on PATH to compare the corpus with")
@pytest.mark.parametrize("name", COMPARABLE if PWSH else ["every script"])
def test_a_real_powershell_prints_the_same(name: str) -> None:
    output, code = by_pwsh(str(PWSH), CORPUS / f"{name}.ps1")
    assert (output.splitlines(), code) == (expected(name).output.splitlines(), expected(name).code)


def by_pwsh(program: str, script: Path) -> tuple[str, int]:
    """What a PowerShell 7 prints, with plain line ends, and its exit code."""
    command = [program, "-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", "-File", str(script)]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    return done.stdout.decode("utf-8-sig").replace("\r\n", "\n"), done.returncode


def test_no_expected_output_is_left_without_its_script() -> None:
    named = {path.stem for kind in ("out", "err") for path in CORPUS.glob(f"*.{kind}")}
    assert named - set(SCRIPTS) == set()


def test_most_of_the_corpus_can_be_compared() -> None:
    assert len(COMPARABLE) > len(SCRIPTS) / 2


def test_what_a_real_powershell_prints_is_taken_as_it_is(tmp_path: Path) -> None:
    stand_in = tmp_path / "pwsh"
    stand_in.write_text('#!/bin/sh\nprintf "\\357\\273\\277ran %s\\r\\n" "$6"\nexit 3\n')
    stand_in.chmod(0o755)
    assert by_pwsh(str(stand_in), Path("/x.ps1")) == ("ran /x.ps1\n", 3)
