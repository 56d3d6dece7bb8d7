"""A modelled Windows without a guest process around it, and PowerShell on it."""

from __future__ import annotations

import io
from pathlib import Path

from localazure.windows.base_image.image import build_disk
from localazure.windows.guest.program_table import program_table
from localazure.windows.machine.machine import Machine
from localazure.windows.machine.tokens import Token, system_token

POWERSHELL = r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe -NonInteractive"
WAIT = 20


def made(folder: Path) -> Machine:
    build_disk(folder / "disk")
    return Machine(folder / "disk", programs=program_table())


def run(machine: Machine, line: str, given: str = "", user: Token | None = None) -> tuple[str, str, int | None]:
    """Run a command line; its output and errors, each with plain line ends, and its exit code."""
    who, out, err = user or system_token(), io.BytesIO(), io.BytesIO()
    stdin = io.BytesIO(given.encode())
    process = machine.processes.start(line, who, machine.variables(who), "C:\\", stdin, out, err)
    code = process.wait(WAIT)
    return _plain(out), _plain(err), code


def powershell(machine: Machine, script: str, given: str = "") -> str:
    """What a script prints that ends well. ``given`` is its standard input."""
    machine.files.write_text(r"C:\script.ps1", script)
    out, err, code = run(machine, rf"{POWERSHELL} -ExecutionPolicy Bypass -File C:\script.ps1", given)
    assert (err, code) == ("", 0), (out, err, code)
    return out


def _plain(stream: io.BytesIO) -> str:
    return stream.getvalue().decode().replace("\r\n", "\n")
