"""A command's input, one block ahead of the program: a Send is answered while the program takes what it brought."""

from __future__ import annotations

import logging
import threading

from localazure.windows.winrm.shell_host import HostedProcess

log = logging.getLogger(__name__)


class InputPump:
    """Hands blocks to one process in order. At most one block waits: a slow program slows its client."""

    def __init__(self, process: HostedProcess, name: str) -> None:
        self._process = process
        self._name = name
        self._changed = threading.Condition()
        self._block: tuple[bytes, bool] | None = None
        self._thread: threading.Thread | None = None
        self._stopped = False

    def put(self, data: bytes, *, end: bool, timeout: float) -> bool:
        """Give a block.

        Args:
            data: input for the program.
            end: nothing follows it.
            timeout: seconds to wait for the program to take the block before.

        Returns:
            False: it did not take it in time, and nothing was given. After the end everything is lost, and True.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: self._block is None or self._stopped, timeout):
                return False
            if not self._stopped:
                self._block = (data, end)
                self._changed.notify_all()
                self._start()
        return True

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=f"input of {self._name}", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while block := self._next():
            data, end = block
            try:
                self._hand_over(data, end=end)
            except OSError as error:
                log.info("input of %s: %s", self._name, error)
                end = True
            with self._changed:
                self._block = None
                self._stopped = self._stopped or end
                self._changed.notify_all()

    def _next(self) -> tuple[bytes, bool] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._block is not None or self._stopped)
            return None if self._stopped else self._block

    def _hand_over(self, data: bytes, *, end: bool) -> None:
        if data:
            self._process.write(data)
        if end:
            self._process.close_stdin()
