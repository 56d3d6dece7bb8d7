"""What a build makes in places that outlive it: never another build's, and expiring until it is delivered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from mintage.azure.ensure import Document, Wanted, ensure, settled, state_of
from mintage.azure.group import belongs
from mintage.azure.together import Progress, Waiting, finish
from mintage.build_plan import BuildPlan
from mintage.errors import AzureBusy, AzureRefused
from mintage.recipe import in_seconds


def made_by_build(place: Wanted, plan: BuildPlan, make_ready: Callable[[], Document], progress: Progress) -> Document:
    """Adopt the resource if this build made it and it is good; else make it of the body that ``make_ready`` returns.

    Raises AzureRefused when it is another's, and AzureBusy when it became another's meanwhile: whoever can choose
    another name for it may call again.
    """
    # Median of an image version on Azure 430 s; large disks take an hour.
    seconds = in_seconds(plan.recipe.timeouts.capture)
    found = finish(place.id, _own(place, plan), seconds=seconds, progress=progress)
    if found is None:
        wanted = replace(place, body=make_ready())
        found = finish(wanted.id, ensure(wanted), seconds=seconds, progress=progress)
        if not belongs(found, plan.build_id):
            raise AzureBusy(
                "Another build took its name meanwhile",
                where=wanted.id,
                seen=_tags(found),
                remedy="run the step again; a version gets the next number then",
            )
    return found


def _own(wanted: Wanted, plan: BuildPlan) -> Waiting[Document | None]:
    found = yield from settled(wanted)
    if found is not None and not belongs(found, plan.build_id):
        raise AzureRefused(
            "Its name is taken by another build",
            where=wanted.id,
            seen=_tags(found),
            remedy="run the build again from the choice of its version",
        )
    return found if found is not None and state_of(found) == "Succeeded" else None


def _tags(found: Document) -> str:
    return f"its tags are {dict(found.get('tags') or {})}"
