"""Where a build goes back to: which of its steps are due again, and which disk its machine is to have before.

Each time a build goes back is a round, and what is done in it keeps its results apart from what was done before. So a
result says by itself that its step was done again: nobody need note it, and die before.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from mintage.artifacts import Artifact
from tasks.keeping import Kept, keep, recall
from tasks.stages import CAPTURE

COURSE = "course"
SOURCE = "source"
"""Go back to before the build VM was made."""


class Course(Artifact):
    """Kept with the build's results, so that a process that dies while it goes back is no harm."""

    rounds: dict[str, int] = Field(default_factory=dict)
    """The round in which each step is due, or was done, that was done before; those of all others is the first."""
    back_to: str | None = None
    """What is still to be put back: the name under which a snapshot is kept, or SOURCE."""
    take_back: bool = False
    """What was captured before is still to be taken back, so that it is not adopted."""
    asked_by: str | None = None
    """The flow run in which a person chose where to go on."""

    @property
    def round(self) -> int:
        """Counts how often the build went back: what is made again has another name than what was made before."""
        return max(self.rounds.values(), default=1)

    def result_name(self, step: str) -> str:
        """Return the name under which the step's result is kept, once it is done in its round."""
        return _name(step, self.rounds.get(step, 1))


def course_of(build_id: str) -> Course:
    return recall(build_id, COURSE, Course) or Course()


def set_out(build_id: str, again: Sequence[str], back_to: str | None, asked_by: str | None = None) -> Course:
    """Write down that these steps are due again, with the machine put back first. Carried out by who reads it."""
    old = course_of(build_id)
    new = Course(
        rounds={**old.rounds, **dict.fromkeys(again, old.round + 1)},
        back_to=back_to,
        take_back=old.take_back or CAPTURE in again,
        asked_by=asked_by or old.asked_by,
    )
    keep(build_id, COURSE, new)
    return new


def taken_back(build_id: str) -> None:
    """What was captured before is gone; what will be found from now on is of this round."""
    _change(build_id, take_back=False)


def arrived(build_id: str) -> None:
    """The machine is as it was to be."""
    _change(build_id, back_to=None)


def result_name(build_id: str, step: str) -> str:
    """Return the name under which the step's result is kept; what is not there is due."""
    return course_of(build_id).result_name(step)


def result_of(build_id: str, step: str, kind: type[Kept]) -> Kept | None:
    """Return the step's last result: of an earlier round while it is due again. None when it was never done."""
    last = course_of(build_id).rounds.get(step, 1)
    results = (recall(build_id, _name(step, number), kind) for number in range(last, 0, -1))
    return next((found for found in results if found), None)


def _change(build_id: str, **fields: object) -> None:
    keep(build_id, COURSE, course_of(build_id).model_copy(update=fields))


def _name(step: str, number: int) -> str:
    return step if number == 1 else f"round {number}/{step}"
