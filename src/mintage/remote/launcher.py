"""How a script travels: on standard input, to a launcher that keeps it off the disk and off the process list."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from importlib.resources import files

from mintage.remote.base import RunAs

_DEFAULT_INTERPRETER = ("/bin/bash", "-e")


def interpreter(script: str) -> tuple[str, ...]:
    """The words of the script's ``#!`` line; bash with -e where there is none."""
    first_line = script.partition("\n")[0]
    if not first_line.startswith("#!"):
        return _DEFAULT_INTERPRETER
    # As the kernel does: the rest of the line after the program is one argument.
    return tuple(first_line[2:].split(None, 1)) or _DEFAULT_INTERPRETER


def command_line(shell: str, *arguments: str, run_as: RunAs = "root") -> str:
    """What sshd is asked to run: bash with this program text and these arguments, as root or as who logged in."""
    sudo = ("sudo", "-n") if run_as == "root" else ()
    return shlex.join(("exec", *sudo, "bash", "-c", shell, "mintage", *arguments))


def launch_command(script: str, *, merged: bool, run_as: RunAs) -> str:
    """The launcher for this script. It holds nothing of it but the interpreter."""
    streams = "merged" if merged else "separate"
    launcher = shell_text("own_group.sh") + shell_text("launch.sh")
    return command_line(launcher, streams, *interpreter(script), run_as=run_as)


def launch_input(script: str, environment: Mapping[str, str]) -> bytes:
    """What the launcher reads first."""
    given, body = exports(environment).encode(), script.encode()
    return f"{len(given)} {len(body)}\n".encode() + given + body


def exports(environment: Mapping[str, str]) -> str:
    """Shell that sets the variables."""
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in environment.items())


def shell_text(name: str) -> str:
    """A shell program of this package."""
    return (files("mintage.remote") / name).read_text(encoding="utf-8")
