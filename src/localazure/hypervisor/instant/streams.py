"""The pipes or the terminal between an SSH channel and a program of the guest, without threads.

asyncssh can redirect pipes by itself, and loses the end of what comes when both directions end at once (2.24).
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import struct
import termios
from collections.abc import Callable
from dataclasses import dataclass
from io import FileIO

CHUNK = 65_536


@dataclass(frozen=True)
class Streams:
    """Standard input, output and error: what the guest's program gets, and what the host writes and reads."""

    guest: tuple[int, int, int]
    host: tuple[FileIO, FileIO, FileIO]
    """Unbuffered, and they do not block."""

    def close_guest_side(self) -> None:
        for number in set(self.guest):
            os.close(number)

    def close_host_side(self) -> None:
        for file in self.host:
            file.close()


def pipes() -> Streams:
    stdin, stdout, stderr = os.pipe(), os.pipe(), os.pipe()
    return _streams((stdin[0], stdout[1], stderr[1]), (stdin[1], stdout[0], stderr[0]))


def terminal(columns: int, rows: int) -> Streams:
    """Errors come out with the output, as on any terminal."""
    ours, theirs = pty.openpty()
    resize(ours, columns, rows)
    return _streams((theirs, theirs, theirs), (ours, os.dup(ours), os.open(os.devnull, os.O_RDONLY)))


def resize(terminal_end: int, columns: int, rows: int) -> None:
    fcntl.ioctl(terminal_end, termios.TIOCSWINSZ, struct.pack("4H", rows, columns, 0, 0))


def _streams(guest: tuple[int, int, int], host: tuple[int, int, int]) -> Streams:
    for number in host:
        os.set_blocking(number, False)
    return Streams(guest, (FileIO(host[0], "w"), FileIO(host[1], "r"), FileIO(host[2], "r")))


async def read(file: FileIO) -> bytes:
    """What there is, waiting for it; nothing at the end, which a terminal tells with an error."""
    loop = asyncio.get_running_loop()
    try:
        while (data := file.read(CHUNK)) is None:
            await _until(loop.add_reader, loop.remove_reader, file)
    except OSError:
        return b""
    return data


async def write(file: FileIO, data: bytes) -> None:
    """All of it. Raises BrokenPipeError when nobody reads any more."""
    loop, left = asyncio.get_running_loop(), memoryview(data)
    while left:
        written = file.write(left)
        if written is None:
            await _until(loop.add_writer, loop.remove_writer, file)
        else:
            left = left[written:]


async def _until(
    watch: Callable[[FileIO, Callable[[], None]], None], forget: Callable[[FileIO], bool], file: FileIO
) -> None:
    ready = asyncio.Event()
    watch(file, ready.set)
    try:
        await ready.wait()
    finally:
        forget(file)
