"""Where errors, warnings and the other messages of a script go: the console, a redirection, nowhere."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from localazure.windows.powershell.error_stream import ErrorStream

Sink = Callable[[Any], None]


@dataclass(eq=False)
class StreamRecord:
    """A warning, verbose, debug or information message as a redirection makes it an object."""

    kind: str
    message: str
    data: object = None
    """What Write-Information was given, or Write-Host's text as an object."""

    @property
    def type_name(self) -> str:
        return f"System.Management.Automation.{self.kind}Record"

    def __str__(self) -> str:
        return self.message


class StandardInput:
    """The lines of powershell.exe's standard input, which nobody reads before a script asks for $input."""

    def __init__(self, read_line: Callable[[], str | None]) -> None:
        self._read_line = read_line

    def __iter__(self) -> Iterator[str]:
        while (line := self._read_line()) is not None:
            yield line


@dataclass
class PipelineState:
    """Whether a command of a pipeline wrote an error, or a program of it failed: what $? is after it."""

    failed: bool = False


@dataclass
class Streams:
    """The streams 2 to 6 as seen from one place; those without a sink go to the console."""

    sinks: dict[int, Sink] = field(default_factory=dict)

    def redirected(self, changes: dict[int, Sink]) -> "Streams":
        return Streams(self.sinks | changes)


def write_message(console: ErrorStream, sink: Sink | None, kind: str, message: str) -> None:
    """Writes a warning, verbose or debug message to its sink or to the console."""
    if sink is not None:
        sink(StreamRecord(kind, message))
    else:
        console.message(kind, message)
