"""Standard streams between a modelled program, which is a thread, and whoever started it from outside."""

from __future__ import annotations

import io
import threading
from typing import Any, BinaryIO, Literal, cast

CAPACITY = 1 << 20
"""Bytes that wait in a stream before its writer has to."""
_BLOCK = 65_536
Name = Literal["stdout", "stderr"]


class Input(io.RawIOBase):
    """A program's standard input: what ``feed`` gives, until ``end``."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._changed = threading.Condition()
        self._ended = self._abandoned = False

    def reader(self) -> BinaryIO:
        """What the program reads from."""
        return io.BufferedReader(self, _BLOCK)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        with self._changed:
            self._changed.wait_for(lambda: self._data or self._ended)
            taken = self._data[: len(buffer)]
            del self._data[: len(taken)]
            self._changed.notify_all()
        buffer[: len(taken)] = taken
        return len(taken)

    def feed(self, data: bytes) -> None:
        """Waits while the program takes nothing. What a program that has ended is given is lost."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._data) < CAPACITY or self._ended)
            if not self._ended:
                self._data += data
                self._changed.notify_all()

    def end(self) -> None:
        with self._changed:
            self._ended = True
            self._changed.notify_all()


class Outputs:
    """Standard output and error, read together."""

    def __init__(self) -> None:
        self._data: dict[Name, bytearray] = {"stdout": bytearray(), "stderr": bytearray()}
        self._changed = threading.Condition()
        self._ended = False

    def sink(self, name: Name) -> BinaryIO:
        """What the program writes to; nothing stays in it, so that what is written is seen at once."""
        return cast(BinaryIO, _Sink(self, name))

    def write(self, name: Name, data: bytes) -> None:
        """Waits while nobody reads. What comes after the end is lost."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting() < CAPACITY or self._ended)
            if not self._ended:
                self._data[name] += data
                self._changed.notify_all()

    def end(self) -> None:
        """Nothing more comes."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def read(self, timeout: float, limit: int) -> tuple[bytes, bytes]:
        """Wait for something or the end, at most ``timeout`` seconds, and take ``limit`` bytes of both together."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting() or self._ended, timeout)
            out = self._take("stdout", limit)
            err = self._take("stderr", limit - len(out))
            self._changed.notify_all()
        return out, err

    @property
    def drained(self) -> bool:
        """The program has ended and all it wrote was read."""
        with self._changed:
            return self._ended and not self._waiting()

    def _take(self, name: Name, limit: int) -> bytes:
        taken = bytes(self._data[name][:limit])
        del self._data[name][: len(taken)]
        return taken

    def _waiting(self) -> int:
        return sum(map(len, self._data.values()))


class _Sink(io.RawIOBase):
    def __init__(self, outputs: Outputs, name: Name) -> None:
        self._outputs, self._name = outputs, name

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        self._outputs.write(self._name, bytes(data))
        return len(data)
