"""What surrounds a PowerShell that runs as a process of the modelled machine."""

from __future__ import annotations

import io
import queue
import threading
from collections.abc import Iterable, Iterator, MutableMapping
from typing import Any, BinaryIO, cast

from localazure.windows.cmdlets.encodings import decode, encode
from localazure.windows.cmdlets.failures import file_failure
from localazure.windows.cmdlets.session import Session
from localazure.windows.cmdlets.transcripts import transcribe
from localazure.windows.machine.errors import MachineError
from localazure.windows.machine.processes import ProcessContext, RunningProcess
from localazure.windows.powershell.errors import error

_EXTENSIONS = ("", ".com", ".exe", ".bat", ".cmd", ".ps1")
_ENCODINGS = {"utf-16-le": "unicode", "utf-8": "utf8"}


class ModelHost:
    """``localazure.windows.powershell.host.Host`` over a process of the machine."""

    interactive = False
    width = 120

    def __init__(self, context: ProcessContext) -> None:
        self._context = context
        self.machine: Any = context.machine
        self.cancelled = context.cancelled
        self.process_id = context.pid
        self.environment: MutableMapping[str, str] = context.environment
        self.location = context.cwd
        self.session = Session(context.user, context.pid, folder=context.cwd)

    def write(self, text: str) -> None:
        self._put(self._context.stdout, text)
        self.transcribe(text)

    def write_error(self, text: str) -> None:
        self._put(self._context.stderr, text)

    def transcribe(self, text: str) -> None:
        transcribe(self._context.machine, self.session, text)

    def read_line(self) -> str | None:
        line = self._context.stdin.readline()
        return line.decode("utf-8-sig", "replace").rstrip("\r\n") if line else None

    def read_script(self, path: str) -> str | None:
        files = self._context.machine.files
        try:
            return decode(files.read_bytes(files.path(path, self.session.folder)))
        except MachineError:
            return None

    def write_file(self, path: str, text: str, encoding: str, append: bool) -> None:
        files = self._context.machine.files
        try:
            place = files.path(path, self.session.folder)
            first = not (append and files.is_file(place))
            data = encode(text, _ENCODINGS.get(encoding, encoding), first=first)
            with files.open(place, "w" if not append else "a", "read") as file:
                file.write(data)
        except MachineError as failure:
            raise file_failure(failure, "FileOpenFailure", "OpenError") from failure

    def resolve_application(self, name: str) -> str | None:
        files, has_folder = self._context.machine.files, any(sign in name for sign in "\\/:")
        path = next((text for key, text in self.environment.items() if key.lower() == "path"), "")
        # The current folder is not searched: a script there is started by .\name.
        folders = [self.session.folder] if has_folder else [each for each in path.split(";") if each]
        for folder in folders:
            for extension in _EXTENSIONS:
                try:
                    place = files.path(name + extension, folder)
                    if files.is_file(place) and (extension or "." in place.name):
                        return str(files.spelling(place))
                except MachineError:
                    continue
        return None

    def start_program(self, path: str, command_line: str, stdin: Iterable[str] | None) -> ProgramRun:
        given = io.BytesIO() if stdin is None else io.BytesIO("".join(f"{line}\r\n" for line in stdin).encode())
        return ProgramRun(self._context, self.session, command_line, given, path)

    @staticmethod
    def _put(stream: BinaryIO, text: str) -> None:
        stream.write(text.replace("\r\n", "\n").replace("\n", "\r\n").encode("utf-8", "replace"))
        stream.flush()


class ProgramRun:
    """A program that PowerShell waits for, its output taken as it comes."""

    def __init__(
        self, context: ProcessContext, session: Session, command_line: str, stdin: BinaryIO, path: str
    ) -> None:
        self._blocks: queue.Queue[tuple[int, bytes] | None] = queue.Queue()
        streams = (stdin, cast(BinaryIO, _Sink(self._blocks, 1)), cast(BinaryIO, _Sink(self._blocks, 2)))
        try:
            self._process: RunningProcess = context.machine.processes.start(
                command_line, context.user, context.environment, session.folder, *streams, parent=context.pid
            )
        except MachineError as failure:
            text = f"Program '{path.rpartition(chr(92))[2]}' failed to run: {failure.text}"
            kind = "System.Management.Automation.ApplicationFailedException"
            raise error(kind, text, "NativeCommandFailed", "ResourceUnavailable") from failure
        self.process_id = self._process.pid
        threading.Thread(target=self._await_end, daemon=True).start()

    def output(self) -> Iterator[tuple[int, bytes]]:
        while (block := self._blocks.get()) is not None:
            yield block

    def wait(self) -> int:
        code = self._process.wait() or 0
        return code - (1 << 32) if code >= 1 << 31 else code

    def kill(self) -> None:
        if self._process.exit_code is None:
            self._process.kill()

    def _await_end(self) -> None:
        self._process.wait()
        self._blocks.put(None)


class _Sink(io.RawIOBase):
    def __init__(self, blocks: queue.Queue[tuple[int, bytes] | None], number: int) -> None:
        self._blocks, self._number = blocks, number

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        self._blocks.put((self._number, bytes(data)))
        return len(data)
