"""How a script travels: on standard input, to a small fixed program, so that nothing of it is on a command line.

Scripts here are the .ps1 files in ``scripts``. cmd.exe takes 8,191 characters; the launcher has less than half of it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from mintage.remote.base import NO_ENVIRONMENT

_OPTIONS = "-NoLogo -NoProfile -NonInteractive -ExecutionPolicy Bypass"


@cache
def command_line() -> str:
    """PowerShell, which then reads ``call``. -InputFormat None keeps it from reading its input itself."""
    program = script_text("bootstrap.ps1", "run.ps1").encode("utf-16-le")
    return f"powershell.exe {_OPTIONS} -InputFormat None -EncodedCommand {base64.b64encode(program).decode()}"


def call(script: str, environment: Mapping[str, str] = NO_ENVIRONMENT) -> bytes:
    """The two lines that tell ``run.ps1`` what to run."""
    return line(json.dumps(dict(environment))) + line(script)


def line(text: str) -> bytes:
    """A text as one line of input, whatever is in it."""
    return base64.b64encode(text.encode()) + b"\r\n"


@cache
def script_text(*names: str) -> str:
    """Files of ``scripts``, one behind the other."""
    folder = files("mintage.remote.winrm") / "scripts"
    return "".join((folder / name).read_text(encoding="ascii") for name in names)
