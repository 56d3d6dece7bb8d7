"""Programs in a pipeline: text lines in, text lines out, an exit code."""

import codecs
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from localazure.windows.powershell.binding import Argument
from localazure.windows.powershell.errors import ErrorRecord, PsError, PsException
from localazure.windows.powershell.text import to_text

if TYPE_CHECKING:
    from localazure.windows.powershell.frames import Frame


def _quoted(text: str) -> str:
    """An argument as PowerShell 5.1 passes it: in quotes when it has blanks or is empty; inner quotes stay bare."""
    if text and not any(char in " \t\n" for char in text):
        return text
    return text if text.startswith('"') and text.endswith('"') and len(text) > 1 else f'"{text}"'


def command_line(path: str, arguments: Iterable[Argument]) -> str:
    """The command line that starts a program."""
    parts = [f'"{path}"']
    for one in arguments:
        if one.text == "--%":
            parts.append(to_text(one.value))
        elif one.name:
            parts.append(_quoted(one.text + (to_text(one.value) if one.attached else "")))
        elif isinstance(one.value, list):
            parts.extend(_quoted(to_text(item)) for item in one.value)
        elif one.value is not None:
            parts.append(_quoted(one.text or to_text(one.value)))
    return " ".join(part for part in parts if part)


def run_native(frame: "Frame", path: str, arguments: list[Argument], given: Iterable[Any] | None) -> Iterator[Any]:
    """Starts a program and yields the lines it prints; sets $LASTEXITCODE."""
    stdin = None if given is None else (to_text(item) for item in given)
    try:
        started = frame.host.start_program(path, command_line(path, arguments), stdin)
    except PsError as failure:
        failure.record.position = failure.record.position or frame.position
        raise
    encoding = frame.engine.console_encoding
    output = codecs.getincrementaldecoder(encoding)("replace")
    errors = codecs.getincrementaldecoder(encoding)("replace")
    rest = {1: "", 2: ""}
    try:
        for stream, data in started.output():
            text = rest[stream] + (output if stream == 1 else errors).decode(data)
            *lines, rest[stream] = text.replace("\r\n", "\n").split("\n")
            yield from _lines(frame, stream, lines)
        for stream, text in rest.items():
            if text:
                yield from _lines(frame, stream, [text.removesuffix("\r")])
    except BaseException:
        started.kill()
        raise
    code = started.wait()
    frame.scope.root.assign("LASTEXITCODE", code)
    frame.pipeline.failed |= code != 0


def _lines(frame: "Frame", stream: int, lines: list[str]) -> Iterator[Any]:
    if stream == 1:
        yield from lines
        return
    sink = frame.streams.sinks.get(2)
    for line in lines:
        if sink is None:
            frame.host.write_error(line + "\n")
            continue
        exception = PsException("System.Management.Automation.RemoteException", line)
        sink(ErrorRecord(exception, "NativeCommandError", "NotSpecified", line, position=frame.position))
