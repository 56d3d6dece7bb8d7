"""Bytes as they arrive from a command become lines fit for a log."""

from __future__ import annotations

import codecs
import re
from collections import deque

from mintage.remote.base import OnLine

LONGEST_LINE = 4000
"""Characters; a longer line is handed over in pieces, so that one without an end cannot fill the memory."""
LAST_LINES = 20

_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\^_]")
# PostgreSQL takes no NUL in a text, and Prefect keeps its logs there.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class Lines:
    """Splits output into lines. A progress display that rewrites its line counts as its last state."""

    def __init__(self, on_line: OnLine) -> None:
        self._on_line = on_line
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._pending = ""
        self._last: deque[str] = deque(maxlen=LAST_LINES)

    @property
    def last(self) -> tuple[str, ...]:
        """The last lines handed over, 20 at most."""
        return tuple(self._last)

    def feed(self, data: bytes) -> None:
        *complete, self._pending = (self._pending + self._decoder.decode(data)).split("\n")
        for line in complete:
            self._hand_over(line)
        # The last character may be the first half of CR LF, so it is left for later.
        self._pending = self._pending[:-1].rpartition("\r")[2] + self._pending[-1:]
        while len(self._pending) > LONGEST_LINE:
            self._hand_over(self._pending[:LONGEST_LINE])
            self._pending = self._pending[LONGEST_LINE:]

    def close(self) -> None:
        """Hand over what came without a line's end."""
        rest, self._pending = self._pending + self._decoder.decode(b"", final=True), ""
        if rest:
            self._hand_over(rest)

    def _hand_over(self, line: str) -> None:
        state = line.rstrip("\r").rpartition("\r")[2]
        text = _CONTROLS.sub("", _ESCAPES.sub("", state))
        for start in range(0, len(text) or 1, LONGEST_LINE):
            piece = text[start : start + LONGEST_LINE]
            self._last.append(piece)
            self._on_line(piece)
