"""Where a build goes back to: which of its steps are due again, and which disk its machine is to have before."""

from __future__ import annotations

from collections.abc import Sequence

from mintage.artifacts import Artifact
from tasks.keeping import keep, recall

COURSE = "course"
SOURCE = "source"
"""Go back to before the build VM was made."""


class Course(Artifact):
    """Kept with the build's results, so that a process that dies while it goes back is no harm."""

    round: int = 1
    """Counts how often the build went back: what is made again has another name than what was made before."""
    again: tuple[str, ...] = ()
    """The steps that are due although they were done."""
    back_to: str | None = None
    """What is still to be put back: the name under which a snapshot is kept, or SOURCE."""
    asked_by: str | None = None
    """The flow run in which a person chose where to go on."""


def course_of(build_id: str) -> Course:
    return recall(build_id, COURSE, Course) or Course()


def set_out(build_id: str, again: Sequence[str], back_to: str | None, asked_by: str | None = None) -> Course:
    """Write down that these steps are due again, with the machine put back first. Carried out by who reads it."""
    old = course_of(build_id)
    # What was due already is due still: it comes after what is due now, or among it.
    due = (*again, *(each for each in old.again if each not in again))
    new = Course(round=old.round + 1, again=due, back_to=back_to, asked_by=asked_by or old.asked_by)
    keep(build_id, COURSE, new)
    return new


def arrived(build_id: str) -> None:
    """The machine is as it was to be."""
    keep(build_id, COURSE, course_of(build_id).model_copy(update={"back_to": None}))


def is_due_again(build_id: str, step: str) -> bool:
    return step in course_of(build_id).again


def done_again(build_id: str, step: str) -> None:
    course = course_of(build_id)
    left = tuple(each for each in course.again if each != step)
    keep(build_id, COURSE, course.model_copy(update={"again": left}))
