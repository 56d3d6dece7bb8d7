"""How much memory each part of a stack has used at most."""

from __future__ import annotations

from collections.abc import Iterable

import psutil

from deployments.local_stack.processes import Process

_MIB = 1024 * 1024


class PeakMemory:
    """Looks at the parts whenever it is asked to; a peak between two looks is missed."""

    def __init__(self, parts: Iterable[Process]) -> None:
        self._parts = tuple(parts)
        self._peaks: dict[str, int] = {}

    def look(self) -> None:
        for part in self._parts:
            try:
                self._note(part.name, psutil.Process(part.popen.pid))
            except psutil.NoSuchProcess:
                continue

    def _note(self, name: str, process: psutil.Process) -> None:
        children = process.children(recursive=True)
        self._peak(name, process.memory_info().rss)
        # A worker's child is the flow run, localazure's are the machines.
        self._peak(f"what {name} started", sum(_resident(child) for child in children))

    def _peak(self, name: str, size: int) -> None:
        self._peaks[name] = max(self._peaks.get(name, 0), size)

    @property
    def mebibytes(self) -> dict[str, int]:
        """Resident memory by part."""
        return {name: round(size / _MIB) for name, size in self._peaks.items() if size}


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0
