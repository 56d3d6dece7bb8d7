"""One command of a shell: a program, its input, and its output for whoever asks next."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from localazure.windows.winrm.envelope import new_id
from localazure.windows.winrm.input_pump import InputPump
from localazure.windows.winrm.shell_host import HostedProcess, Output

_SLICE = 0.25
"""Seconds after which a waiting Receive looks whether its client still listens."""


_BREATH = 0.005
"""Seconds."""


@dataclass(frozen=True)
class Received:
    """``exit_code`` is None while the program runs."""

    output: Output
    exit_code: int | None


class Command:
    """A program started in a shell. It stays known until its client signals ``terminate``."""

    def __init__(self, process: HostedProcess, wanted_id: str = "") -> None:
        self.id = wanted_id or new_id()
        self._process = process
        self._input = InputPump(process, f"command {self.id}")
        self._one_reader = threading.Lock()
        self._held = Output()

    @property
    def ended(self) -> bool:
        return self._process.exit_code is not None

    def send(self, data: bytes, *, end: bool, timeout: float) -> bool:
        """See :meth:`InputPump.put`."""
        return self._input.put(data, end=end, timeout=timeout)

    def receive(self, timeout: float, limit: int, gone: Callable[[], bool]) -> Received | None:
        """Wait for output or the end.

        Args:
            timeout: seconds.
            limit: bytes of output to take at most.
            gone: whether the client has hung up; then nothing is taken from whoever asks next.

        Returns:
            None if nothing came in time.
        """
        deadline = time.monotonic() + timeout
        with self._one_reader:
            while not gone():
                left = deadline - time.monotonic()
                output = self._held or self._process.read(max(0.0, min(_SLICE, left)), limit)
                if gone():
                    self._held = output
                    break
                received = self._received(output, limit)
                if received.output or received.exit_code is not None:
                    return received
                if left <= 0:
                    break
                # A program can close its streams a while before it ends; until then a read returns at once.
                time.sleep(_BREATH)
        return None

    def _received(self, output: Output, limit: int) -> Received:
        """As much of the output as goes into one answer; what is held back was read for a larger one."""
        out, left = output.stdout[:limit], max(0, limit - len(output.stdout))
        self._held = Output(output.stdout[limit:], output.stderr[left:])
        exit_code = None if self._held else self._process.exit_code
        return Received(Output(out, output.stderr[:left]), exit_code)

    def signal(self, signal: str) -> None:
        self._process.terminate(signal)

    def terminate(self) -> None:
        self._input.stop()
        self._process.terminate("terminate")
