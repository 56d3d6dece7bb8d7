"""The guest's init waits for sockets and for the end of processes in one place."""

from __future__ import annotations

import os
import selectors
import subprocess
from collections.abc import Callable
from typing import Any


class Loop:
    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._running = True

    def on_readable(self, source: Any, call: Callable[[], None]) -> None:
        self._selector.register(source, selectors.EVENT_READ, call)

    def forget(self, source: Any) -> None:
        self._selector.unregister(source)

    def on_exit(self, process: subprocess.Popen[bytes], call: Callable[[int], None]) -> None:
        """``call`` gets the exit code, negative for a signal's number, once the process ended."""
        descriptor = os.pidfd_open(process.pid)

        def ended() -> None:
            self._selector.unregister(descriptor)
            os.close(descriptor)
            call(process.wait())

        self._selector.register(descriptor, selectors.EVENT_READ, ended)

    def stop(self) -> None:
        self._running = False

    def run(self) -> None:
        while self._running:
            for key, _ in self._selector.select():
                key.data()
