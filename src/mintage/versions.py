"""The version a new image gets. Azure wants three integers without leading zeros and orders them as numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from mintage.errors import RecipeError
from mintage.recipe import CalendarVersion, ExplicitVersion, SemanticVersion, Version
from mintage.recipe.publish import LARGEST_PART

Parts = tuple[int, int, int]


def next_version(scheme: Version, existing: Iterable[str], today: date) -> str:
    """Return the version that follows ``existing``, the names of all versions of the definition, failed ones included.

    It depends on its arguments alone, so asking again gives the same answer; a step that may run again after its
    version was made keeps the first answer. Raises RecipeError when an explicit version is taken, or no number is left.
    """
    taken = sorted(parts for name in existing if (parts := _parts(name)))
    match scheme:
        case CalendarVersion():
            return _calendar(taken, today)
        case SemanticVersion(bump=bump):
            return _semantic(taken, bump)
        case ExplicitVersion(version=version):
            return _explicit(taken, version)


def _parts(name: str) -> Parts | None:
    match = re.fullmatch(r"(\d+)\.(\d+)\.(\d+)", name, re.ASCII)
    return (int(match[1]), int(match[2]), int(match[3])) if match else None


def _text(parts: Parts) -> str:
    text = ".".join(map(str, parts))
    if max(parts) > LARGEST_PART:
        raise RecipeError(
            "No version number is left",
            where="publish.version",
            seen=f"{text} would come next; Azure's largest part is {LARGEST_PART}",
            remedy="use another bump or a new image definition",
        )
    return text


def _calendar(taken: list[Parts], today: date) -> str:
    day = (today.year, today.month * 100 + today.day)
    return _text((*day, max((parts[2] + 1 for parts in taken if parts[:2] == day), default=0)))


def _semantic(taken: list[Parts], bump: str) -> str:
    if not taken:
        return "1.0.0"
    major, minor, patch = taken[-1]
    raised = {"major": (major + 1, 0, 0), "minor": (major, minor + 1, 0), "patch": (major, minor, patch + 1)}
    return _text(raised[bump])


def _explicit(taken: list[Parts], version: str) -> str:
    if _parts(version) in taken:
        raise RecipeError(
            "The version is taken",
            where=f"publish.version.version: {version}",
            seen=f"the definition has it already; its highest is {_text(taken[-1])}",
            remedy="give a version that does not exist yet, or use the calendar or semantic scheme",
        )
    return version
