"""A client for QEMU's monitor, as docs/interop/qmp-spec of QEMU describes it: one JSON object per line, in lockstep.

A connection is made for a question or two and closed again. So nothing is lost when a server dies, and the next one
can ask the same QEMU.
"""

from __future__ import annotations

import json
import socket
import time
import uuid
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from localazure.hypervisor.base import HypervisorError


class MonitorUnreachable(HypervisorError):
    """Nobody answers on the monitor's socket, or not in time."""


class MonitorRefusal(HypervisorError):
    """QEMU answered with an error."""


class Monitor:
    """``with Monitor(path, deadline) as monitor: monitor.ask("query-status")``; ``deadline`` is in seconds, for all."""

    def __init__(self, path: Path, seconds: float) -> None:
        self._path = path
        self._seconds = seconds
        self._until = time.monotonic() + seconds
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._pending = b""

    def __enter__(self) -> Self:
        try:
            self._limit()
            self._socket.connect(str(self._path))
            self._receive()
            self.ask("qmp_capabilities")
        except OSError as error:
            self._socket.close()
            raise self._unreachable(error) from error
        except BaseException:
            self._socket.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def ask(self, command: str, **arguments: Any) -> Any:
        """Run ``command`` and return its answer; underscores in names stand for dashes."""
        question = uuid.uuid4().hex
        message: dict[str, Any] = {"execute": command, "id": question}
        if arguments:
            message["arguments"] = {name.replace("_", "-"): value for name, value in arguments.items()}
        try:
            self._limit()
            self._socket.sendall(json.dumps(message).encode() + b"\n")
            # Events come in between, and once, on a busy machine, a line that was no answer: all who connect, one after
            # the other, have the same monitor.
            while (answer := self._receive()).get("id") != question:
                pass
        except OSError as error:
            raise self._unreachable(error) from error
        if "error" in answer:
            raise MonitorRefusal(f"QEMU refused {command}: {answer['error'].get('desc', answer['error'])}")
        return answer["return"]

    def human(self, line: str) -> str:
        """Run a line of the human monitor; what has no other command yet. Returns what it prints."""
        return str(self.ask("human-monitor-command", command_line=line)).strip()

    def _receive(self) -> dict[str, Any]:
        while b"\n" not in self._pending:
            self._limit()
            chunk = self._socket.recv(65536)
            if not chunk:
                raise ConnectionResetError("QEMU closed the connection")
            self._pending += chunk
        line, self._pending = self._pending.split(b"\n", 1)
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _limit(self) -> None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"no answer within {self._seconds:.0f} s")
        self._socket.settimeout(left)

    def _unreachable(self, error: OSError) -> MonitorUnreachable:
        return MonitorUnreachable(f"QEMU's monitor at {self._path} does not answer: {error}.")
