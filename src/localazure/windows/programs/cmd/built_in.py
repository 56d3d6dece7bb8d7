"""The commands that cmd.exe has in itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from localazure.windows.machine.command_line import split_command_line
from localazure.windows.machine.errors import MachineError
from localazure.windows.machine.machine import Machine


class Exit(Exception):
    """``exit``: the whole of cmd.exe ends, with this code or that of the last command."""

    def __init__(self, code: int | None) -> None:
        self.code = code
        super().__init__(code)


@dataclass
class Console:
    """What a command in cmd.exe sees and changes."""

    machine: Machine
    environment: dict[str, str]
    folder: str
    errorlevel: int = 0


@dataclass(frozen=True)
class Streams:
    given: BinaryIO
    out: BinaryIO
    errors: BinaryIO

    def say(self, text: str) -> None:
        self.out.write(f"{text}\r\n".encode())


BuiltIn = Callable[[Console, str, Streams], int]


def _echo(_: Console, rest: str, streams: Streams) -> int:
    wanted = rest.strip().lower()
    if wanted not in {"on", "off"}:
        # The sign right behind the word is no part of the text, be it a blank or the dot of `echo.`.
        streams.say(rest[1:] if wanted else "ECHO is on.")
    return 0


def _set(console: Console, rest: str, streams: Streams) -> int:
    text = rest.lstrip()
    if text.startswith("/"):
        return _failed(streams, f"The model's set knows no {text.split()[0]}")
    if text.startswith('"') and text.count('"') > 1:
        text = text[1 : text.rindex('"')]
    name, equals, value = text.partition("=")
    if not equals:
        return _show_variables(console, name.strip(), streams)
    spelled = next((known for known in console.environment if known.lower() == name.lower()), name)
    if value:
        console.environment[spelled] = value
    else:
        console.environment.pop(spelled, None)
    return 0


def _show_variables(console: Console, beginning: str, streams: Streams) -> int:
    found = {name: told for name, told in console.environment.items() if name.lower().startswith(beginning.lower())}
    for name, told in sorted(found.items(), key=lambda each: each[0].lower()):
        streams.say(f"{name}={told}")
    return 0 if found else _failed(streams, f"Environment variable {beginning} not defined")


def _cd(console: Console, rest: str, streams: Streams) -> int:
    """All that follows is one path, blanks and all."""
    wanted = re.sub(r"^\s*/d(?=\s)", "", rest, flags=re.IGNORECASE).replace('"', "").strip()
    if not wanted:
        streams.say(console.folder)
        return 0
    path = console.machine.files.path(wanted, console.folder)
    if not console.machine.files.is_folder(path):
        return _failed(streams, "The system cannot find the path specified.")
    console.folder = str(console.machine.files.spelling(path))
    return 0


def _type(console: Console, rest: str, streams: Streams) -> int:
    for each in _words(rest):
        streams.out.write(console.machine.files.read_bytes(console.machine.files.path(each, console.folder)))
    return 0


def _mkdir(console: Console, rest: str, _: Streams) -> int:
    for each in _words(rest):
        console.machine.files.make_folder(console.machine.files.path(each, console.folder))
    return 0


def _del(console: Console, rest: str, streams: Streams) -> int:
    for each in _files(rest):
        path = console.machine.files.path(each, console.folder)
        if console.machine.files.is_file(path):
            console.machine.files.delete(path)
        else:
            streams.say(f"Could Not Find {path}")
    return 0


def _rd(console: Console, rest: str, _: Streams) -> int:
    recurse = "/s" in rest.lower().split()
    for each in _files(rest):
        console.machine.files.delete(console.machine.files.path(each, console.folder), recurse=recurse)
    return 0


def _copy(console: Console, rest: str, streams: Streams) -> int:
    files, names = console.machine.files, _files(rest)
    source, target = (files.path(each, console.folder) for each in names)
    if files.is_folder(target):
        target = files.path(source.name, str(target))
    files.write_bytes(target, files.read_bytes(source))
    streams.say("        1 file(s) copied.")
    return 0


def _exit(_: Console, rest: str, __: Streams) -> int:
    words = [each for each in rest.split() if each.lower() != "/b"]
    raise Exit(int(words[0]) if words else None)


def _ver(_: Console, __: str, streams: Streams) -> int:
    streams.say("\r\nMicrosoft Windows [Version 10.0.20348.2700]")
    return 0


def _nothing(_: Console, __: str, ___: Streams) -> int:
    return 0


BUILT_IN: dict[str, BuiltIn] = {
    "echo": _echo, "set": _set, "cd": _cd, "chdir": _cd, "type": _type, "mkdir": _mkdir, "md": _mkdir, "del": _del,
    "erase": _del, "rd": _rd, "rmdir": _rd, "copy": _copy, "exit": _exit, "ver": _ver, "rem": _nothing,
}  # fmt: skip


def run_built_in(name: str, console: Console, rest: str, streams: Streams) -> int:
    """Run one. What Windows refuses becomes its sentence on the error stream and exit code 1."""
    try:
        return BUILT_IN[name](console, rest, streams)
    except MachineError as failure:
        return _failed(streams, failure.text)
    except ValueError:
        return _failed(streams, "The syntax of the command is incorrect.")


def _failed(streams: Streams, text: str) -> int:
    streams.errors.write(f"{text}\r\n".encode())
    return 1


def _words(rest: str) -> list[str]:
    return split_command_line(f"cmd {rest}")[1:]


def _files(rest: str) -> list[str]:
    return [each for each in _words(rest) if not each.startswith("/")]
