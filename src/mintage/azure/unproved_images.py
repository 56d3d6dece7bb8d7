"""Images that were captured and never published: their builds failed, or they failed their proof."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Literal

from azure.core.exceptions import ResourceNotFoundError

from mintage.artifacts import Cleaned, Leftover
from mintage.azure.clean_up import time_in
from mintage.azure.clients import Clients
from mintage.azure.copies import destinations
from mintage.azure.costs import version_cost
from mintage.azure.ensure import Document, Wanted, removed, settled
from mintage.azure.errors import translating
from mintage.azure.expired import Expired
from mintage.azure.gallery import VERSION, own_versions
from mintage.azure.group import belongs, find_group
from mintage.azure.ids import names_in
from mintage.azure.managed_image import IMAGE, image_at
from mintage.azure.together import Waiting, completed, finish, settle_all
from mintage.build_plan import BuildPlan
from mintage.errors import AzureRefused, MintageError
from mintage.names import EXPIRES_TAG, BuildNames
from mintage.recipe import ManagedImageForm, Timeouts, in_seconds

_DELETE_SECONDS = in_seconds(Timeouts().change_image)
"""Where the recipe is not known."""


def kind_of(resource: Document) -> Literal["image version", "managed image"] | None:
    """What of a build's image it is, if it is any."""
    kinds = {VERSION.lower(): "image version", IMAGE.lower(): "managed image"}
    return kinds.get(str(resource["type"]).lower())  # type: ignore[return-value]


def expired_image(clients: Clients, found: Expired, now: datetime) -> Iterator[Expired]:
    """The version with what it costs, or the managed image, unless it is gone, was published, or its build has time."""
    wanted, looked_at = _wanted(clients, found), "it"
    try:
        with translating(found.resource_id):
            image = wanted.find()
            looked_at = "its build's group"
            over = image is not None and _may_go(clients, image, found.build_id, now)
    except AzureRefused as why:
        yield found.model_copy(update={"obstacle": f"{looked_at} cannot be looked at: {why.seen}"})
        return
    if image is not None and over:
        cost = version_cost(clients, image) if found.kind == "image version" else None
        yield found.model_copy(update={"name": " ".join(wanted.path[1:]), "monthly_usd": cost})


def removed_images(clients: Clients, images: Sequence[Expired], now: datetime) -> Cleaned:
    """Delete those that are still unpublished, expired, and of no build that has time left."""
    by_id = {each.resource_id: each for each in images}
    going = {identity: _removed(clients, each, now) for identity, each in by_id.items()}
    ends = settle_all(going, seconds=_DELETE_SECONDS)
    return Cleaned(
        removed=tuple(identity for identity, end in ends.items() if end is True),
        leftovers=tuple(
            Leftover(resource_id=identity, reason=f"{end.what}: {end.seen}", expires=by_id[identity].expires)
            for identity, end in ends.items()
            if isinstance(end, MintageError)
        ),
    )


def take_back(clients: Clients, plan: BuildPlan) -> None:
    """Delete the versions and managed images of a build that is going to capture anew.

    Raises AzureRefused when one was published.
    """
    # Managed images are found by the numbers of the versions, which go last.
    for wanted in reversed(demand_unpublished(clients, plan)):
        finish(wanted.id, removed(wanted), seconds=in_seconds(plan.recipe.timeouts.change_image))


def demand_unpublished(clients: Clients, plan: BuildPlan) -> tuple[Wanted, ...]:
    """Return the build's versions and managed images. Raises AzureRefused when one of them was published."""
    own = tuple(_own(clients, plan))
    for wanted in own:
        finish(wanted.id, _unpublished(wanted), seconds=in_seconds(plan.recipe.timeouts.change_image))
    return own


def _own(clients: Clients, plan: BuildPlan) -> Iterator[Wanted]:
    versions: list[str] = []
    for destination in destinations(clients, plan):
        for version in own_versions(destination.clients, destination.plan):
            versions.append(version.path[-1])
            yield version
    for form in plan.recipe.publish.forms:
        if isinstance(form, ManagedImageForm):
            found = (image_at(clients, plan, form, version) for version in dict.fromkeys(versions))
            yield from (each for each in found if belongs(each.find() or {}, plan.build_id))


def _unpublished(wanted: Wanted) -> Waiting[None]:
    version = yield from settled(wanted)
    if version is not None and _is_published(version):
        raise AzureRefused(
            "The build has published its image already",
            where=wanted.id,
            seen="the version is included in latest",
            remedy="start a new build",
        )


def _removed(clients: Clients, found: Expired, now: datetime) -> Waiting[bool]:
    wanted = _wanted(clients, found)
    version = yield from settled(wanted)
    if version is None or not _may_go(clients, version, found.build_id, now):
        return False
    try:
        yield from completed(wanted.operations.begin_delete(*wanted.path))
    except ResourceNotFoundError:
        return False
    return True


def _may_go(clients: Clients, version: Document, build_id: str, now: datetime) -> bool:
    """Looked at each time: it may have been published, or its build given more time, since it was found."""
    group = find_group(_home(clients, version), BuildNames(build_id).group)
    kept_until = [time_in(each, EXPIRES_TAG) for each in (version, group) if each is not None]
    over = all(each is not None and each < now for each in kept_until)
    return over and belongs(version, build_id) and not _is_published(version)


def _home(clients: Clients, image: Document) -> Clients:
    """Where the build's group is or was: a copy may be in another subscription than what it was made from."""
    source = (image["properties"].get("storageProfile") or {}).get("source") or {}
    return clients.in_subscription(names_in(str(source["id"]))[0]) if source.get("id") else clients


def _is_published(image: Document) -> bool:
    """Whether those who ask for the latest may get it. A version that failed while it was made has no profile.

    A managed image is published when it does not expire any more.
    """
    if len(names_in(str(image["id"]))[2]) == 1:
        return time_in(image, EXPIRES_TAG) is None
    profile = image["properties"].get("publishingProfile")
    return profile is not None and not profile.get("excludeFromLatest")


def _wanted(clients: Clients, found: Expired) -> Wanted:
    _, group, names = names_in(found.resource_id)
    compute = clients.compute
    if len(names) == 1:
        return Wanted(clients, IMAGE, compute.images, (group, *names), {})
    return Wanted(clients, VERSION, compute.gallery_image_versions, (group, *names), {})
