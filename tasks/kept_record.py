"""Where it is written down that something was begun which must not be done twice."""

from __future__ import annotations

from mintage.begun import Begun
from tasks.course import course_of
from tasks.keeping import keep, recall


class KeptRecord:
    """With the build's results; see ``mintage.begun.Record``."""

    def __init__(self, build_id: str, step: str) -> None:
        self._build_id = build_id
        # After the build went back, what was begun before is no concern of it.
        self._name = f"begun {step} {course_of(build_id).round}"

    def read(self) -> Begun | None:
        return recall(self._build_id, self._name, Begun)

    def write(self, begun: Begun) -> None:
        keep(self._build_id, self._name, begun)
