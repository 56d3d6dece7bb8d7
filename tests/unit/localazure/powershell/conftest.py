"""A PowerShell with the generic commands and types and no machine, whose console is kept as text."""

import io
import threading
from collections.abc import Callable, Iterable, MutableMapping
from typing import Any

import pytest

from localazure.windows.powershell.engine import Engine
from localazure.windows.powershell.session import run_powershell
from localazure.windows.powershell.standard import standard_commands, standard_types


class Console:
    """A host that keeps what is written, and has no programs or files."""

    def __init__(self) -> None:
        self.machine: Any = None
        self.cancelled = threading.Event()
        self.process_id = 4321
        self.interactive = False
        self.width = 80
        self.environment: MutableMapping[str, str] = {"USERPROFILE": "C:\\Users\\builder"}
        self.location = "C:\\"
        self.output = ""
        self.errors = ""

    def write(self, text: str) -> None:
        self.output += text

    def write_error(self, text: str) -> None:
        self.errors += text

    def transcribe(self, text: str) -> None:
        pass

    def read_line(self) -> str | None:
        return None

    def read_script(self, path: str) -> str | None:
        return None

    def write_file(self, path: str, text: str, encoding: str, append: bool) -> None:
        raise AssertionError("no files here")

    def resolve_application(self, name: str) -> str | None:
        return None

    def start_program(self, path: str, command_line: str, stdin: Iterable[str] | None) -> Any:
        raise AssertionError("no programs here")


Run = Callable[[str], Console]


@pytest.fixture
def powershell() -> Run:
    """Runs a script's text and gives the console it wrote to."""

    def run(script: str) -> Console:
        console = Console()
        run_powershell(
            ["-NoProfile", "-Command", script],
            io.BytesIO(),
            io.BytesIO(),
            io.BytesIO(),
            lambda *_streams: Engine(console, standard_commands(), standard_types()),
        )
        return console

    return run
