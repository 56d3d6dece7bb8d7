"""What the language needs of whatever it runs in: scripts' text, programs, folders, the console."""

from collections.abc import Iterable, Iterator, MutableMapping
from threading import Event
from typing import Any, Protocol


class NativeRun(Protocol):
    """A program that was started."""

    process_id: int

    def output(self) -> Iterator[tuple[int, bytes]]:
        """What it prints, as it comes: (1, bytes) from its standard output, (2, bytes) from its standard error."""

    def wait(self) -> int:
        """Its exit code, once `output` has ended."""

    def kill(self) -> None: ...


class Host(Protocol):
    """What surrounds a PowerShell. Text written to the console carries its own line ends."""

    machine: Any
    cancelled: Event
    process_id: int
    interactive: bool
    width: int
    environment: MutableMapping[str, str]
    location: str

    def write(self, text: str) -> None:
        """To the console, which is standard output."""

    def write_error(self, text: str) -> None:
        """To standard error."""

    def transcribe(self, text: str) -> None:
        """To whatever keeps what the console shows, without showing it. `write` does so itself."""

    def read_line(self) -> str | None:
        """The next line of standard input without its end, or None at its end."""

    def read_script(self, path: str) -> str | None:
        """A script file's text, or None when there is no such file. `path` may be relative to `location`."""

    def write_file(self, path: str, text: str, encoding: str, append: bool) -> None:
        """Writes what was redirected to a file. Raises PsError when Windows would refuse."""

    def resolve_application(self, name: str) -> str | None:
        """The full path of the program or script that `name` starts (PATH, PATHEXT, the current folder), or None."""

    def start_program(self, path: str, command_line: str, stdin: Iterable[str] | None) -> NativeRun:
        """Starts a program; `command_line` begins with its name.

        `stdin` are text lines from the pipeline, or None for the console's own input.

        Raises:
            PsError: the file is no program.
        """
