"""What a build makes in places that outlive it: never another build's, and expiring until it is delivered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from mintage.azure.ensure import Document, Wanted, ensure, settled, state_of
from mintage.azure.errors import translating
from mintage.azure.group import belongs
from mintage.azure.together import Progress, Waiting, finish
from mintage.build_plan import BuildPlan
from mintage.errors import AzureBusy, AzureRefused, NameLost
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
    taken = _lost_race if just_chosen else _taken
    found = finish(place.id, _own(place, plan, taken), seconds=seconds, progress=progress)
    if found is None:
        wanted = replace(place, body=make_ready())
        try:
            found = finish(wanted.id, ensure(wanted), seconds=seconds, progress=progress)
        except (AzureRefused, AzureBusy) as refused:
            # Between the look and the request another build may have made it, or begun to.
            with translating(wanted.id):
                there = wanted.find()
            if there is None or belongs(there, plan.build_id):
                raise
            raise _lost_race(wanted, there) from refused
        if not belongs(found, plan.build_id):
            raise _lost_race(wanted, found)
    return found


def _own(wanted: Wanted, plan: BuildPlan, taken: Callable[[Wanted, Document], Exception]) -> Waiting[Document | None]:
    found = yield from settled(wanted)
    if found is not None and not belongs(found, plan.build_id):
        raise taken(wanted, found)
    return found if found is not None and state_of(found) == "Succeeded" else None


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
