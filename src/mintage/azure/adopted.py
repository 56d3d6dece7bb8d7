"""What a build makes in places that outlive it: never another build's, and expiring until it is delivered."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from azure.core.exceptions import AzureError

from mintage.azure.ensure import Document, Wanted, ensure, settled, state_of
from mintage.azure.group import belongs
from mintage.azure.together import Progress, Waiting, finish
from mintage.build_plan import BuildPlan
from mintage.errors import AzureRefused, MintageError, NameLost
from mintage.recipe import in_seconds


def made_by_build(
    place: Wanted, plan: BuildPlan, make_ready: Callable[[], Document], progress: Progress, *, just_chosen: bool = False
) -> Document:
    """Adopt the resource if this build made it and it is good; else make it of the body that ``make_ready`` returns.

    Raises AzureRefused when it is another's, and NameLost when it became another's meanwhile: whoever can choose
    another name for it may call again. With ``just_chosen`` the name was free a moment ago: another's is a race lost.
    """
    # Median of an image version on Azure 430 s; large disks take an hour.
    seconds = in_seconds(plan.recipe.timeouts.capture)
    place = replace(place, check=_ours(place, plan, _lost_race if just_chosen else _taken))
    found = finish(place.id, _good(place), seconds=seconds, progress=progress)
    if found is None:
        wanted = replace(place, body=make_ready(), check=_ours(place, plan, _lost_race))
        found = finish(wanted.id, _made(wanted), seconds=seconds, progress=progress)
    return found


def _ours(
    place: Wanted, plan: BuildPlan, error: Callable[[Wanted, Document], MintageError]
) -> Callable[[Document], None]:
    """A check for ``place``: what another build makes there takes an hour, and none of it is this one's business.

    What goes is waited for, as everywhere.
    """

    def check(found: Document) -> None:
        if not belongs(found, plan.build_id) and state_of(found) != "Deleting":
            raise error(place, found)

    return check


def _good(place: Wanted) -> Waiting[Document | None]:
    found = yield from settled(place)
    return found if found is not None and state_of(found) == "Succeeded" else None


def _made(wanted: Wanted) -> Waiting[Document]:
    try:
        found = yield from ensure(wanted)
    except AzureError as refused:
        # Between the look and the request another build may have made it, or begun to: that says more, if Azure tells.
        with suppress(AzureError):
            _look(wanted, refused)
        raise
    wanted.check(found)
    return found


def _look(wanted: Wanted, refused: AzureError) -> None:
    try:
        wanted.find()
    except NameLost as lost:
        raise lost from refused


def _lost_race(wanted: Wanted, found: Document) -> NameLost:
    return NameLost(
        "Another build took its name meanwhile",
        where=wanted.id,
        seen=_tags(found),
        remedy="run the step again; a version gets the next number then",
    )


def _taken(wanted: Wanted, found: Document) -> AzureRefused:
    return AzureRefused(
        "Its name is taken by another build",
        where=wanted.id,
        seen=_tags(found),
        remedy="run the build again from the choice of its version",
    )


def _tags(found: Document) -> str:
    return f"its tags are {dict(found.get('tags') or {})}"
