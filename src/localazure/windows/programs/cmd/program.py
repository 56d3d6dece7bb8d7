"""cmd.exe as a process of the machine."""

from __future__ import annotations

import io
import re
from contextlib import ExitStack
from typing import BinaryIO, cast

from localazure.windows.machine.errors import MachineError
from localazure.windows.machine.programs import ProcessContext
from localazure.windows.programs.cmd.built_in import BUILT_IN, Console, Exit, Streams, run_built_in
from localazure.windows.programs.cmd.line import Joined, Part, Redirection, SyntaxRefused, expanded, parsed

_SWITCHES = re.compile(
    r'\s*(?:"[^"]*"|\S+)(?P<others>(?:\s+/(?![ck]\b)[a-z:]+)*)\s+/[ck]\s*(?P<line>.*)', re.IGNORECASE | re.DOTALL
)
_WORD = re.compile(r'([A-Za-z]+)(?=[\s.:/"\\,;=]|$)(.*)', re.DOTALL)
_BEFORE_A_COMMAND = " \t,;=@"
_NOT_FOUND = 9009
_SYNTAX_ERROR = 255


class Cmd:
    """Runs ``cmd /c LINE``. Without /c, what its input says, a line at a time."""

    def run(self, context: ProcessContext) -> int:
        console = Console(context.machine, context.environment, context.cwd)
        streams = Streams(context.stdin, context.stdout, context.stderr)
        found = _SWITCHES.match(context.command_line)
        lines = [_unquoted(context, found)] if found else (each.decode("utf-8", "replace") for each in context.stdin)
        try:
            for line in lines:
                _run_line(context, console, line.rstrip("\r\n"), streams)
        except Exit as end:
            return console.errorlevel if end.code is None else end.code
        return console.errorlevel


def _unquoted(context: ProcessContext, given: re.Match[str]) -> str:
    """What is to be run: the first quote and the last one go, unless they hold the path of a program (cmd /?)."""
    line = given["line"]
    if not line.startswith('"') or line.count('"') < 2:
        return line
    named = line[1 : line.rindex('"')]
    plain = line.count('"') == 2 and " " in named and not re.search(r"[&<>()@^|]", named)
    if plain and "/s" not in given["others"].lower() and _is_file(context, named):
        return line
    return named + line[line.rindex('"') + 1 :]


def _is_file(context: ProcessContext, text: str) -> bool:
    try:
        return context.machine.files.is_file(text)
    except MachineError:
        # A command with its arguments need not be a possible name.
        return False


def _run_line(context: ProcessContext, console: Console, line: str, streams: Streams) -> None:
    try:
        pipelines = parsed(expanded(line, console.environment))
    except SyntaxRefused as refusal:
        streams.errors.write(f"{refusal}\r\n".encode())
        console.errorlevel = _SYNTAX_ERROR
        return
    for joined in pipelines:
        if joined.joint == "&&" and console.errorlevel:
            continue
        if joined.joint == "||" and not console.errorlevel:
            continue
        console.errorlevel = _run_pipeline(context, console, joined, streams)


def _run_pipeline(context: ProcessContext, console: Console, joined: Joined, streams: Streams) -> int:
    code, given = 0, streams.given
    for number, part in enumerate(joined.parts):
        last = number == len(joined.parts) - 1
        out = streams.out if last else cast(BinaryIO, io.BytesIO())
        code = _run_part(context, console, part, Streams(given, out, streams.errors))
        if not last:
            out.seek(0)
            given = out
    return code


def _run_part(context: ProcessContext, console: Console, part: Part, streams: Streams) -> int:
    with ExitStack() as files:
        try:
            led = _led(console, part.redirections, streams, files)
        except MachineError as failure:
            streams.errors.write(f"{failure.text}\r\n".encode())
            return 1
        text = part.text.lstrip(_BEFORE_A_COMMAND)
        found = _WORD.match(text)
        if found and found[1].lower() in BUILT_IN:
            return run_built_in(found[1].lower(), console, found[2], led)
        return _run_program(context, console, text, led) if text else 0


def _led(console: Console, redirections: list[Redirection], streams: Streams, files: ExitStack) -> Streams:
    now: dict[int, BinaryIO] = {0: streams.given, 1: streams.out, 2: streams.errors}
    for each in redirections:
        if each.like is not None:
            now[each.stream] = now[each.like]
        elif each.path.lower() == "nul":
            now[each.stream] = cast(BinaryIO, io.BytesIO())
        else:
            path = console.machine.files.path(each.path, console.folder)
            mode = "r" if each.stream == 0 else "a" if each.append else "w"
            now[each.stream] = cast(BinaryIO, files.enter_context(console.machine.files.open(path, mode, "read")))
    return Streams(now[0], now[1], now[2])


def _run_program(context: ProcessContext, console: Console, text: str, streams: Streams) -> int:
    try:
        process = context.machine.processes.start(
            text.removeprefix("call "), context.user, console.environment, console.folder,
            streams.given, streams.out, streams.errors, parent=context.pid,
        )  # fmt: skip
    except MachineError as failure:
        return _not_started(text, failure, streams)
    code = process.wait()
    return code if code is not None else 1


def _not_started(text: str, failure: MachineError, streams: Streams) -> int:
    name = text.split(maxsplit=1)[0].strip('"') if text.split() else text
    if failure.code in {2, 3}:
        said = f"'{name}' is not recognized as an internal or external command,\r\noperable program or batch file."
        streams.errors.write(f"{said}\r\n".encode())
        return _NOT_FOUND
    streams.errors.write(f"{failure.text}\r\n".encode())
    return 1
