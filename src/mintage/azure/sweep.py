"""What builds left behind and nobody came back for, wherever in the subscription it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from mintage.artifacts import Cleaned
from mintage.azure.clean_up import removed_groups, time_in
from mintage.azure.clients import Clients
from mintage.azure.costs import group_cost
from mintage.azure.ensure import Document
from mintage.azure.errors import translating
from mintage.azure.expired import Expired
from mintage.azure.group import find_group
from mintage.azure.unproved_images import expired_image, kind_of, removed_images
from mintage.errors import MintageError
from mintage.names import BEGUN_TAG, BUILD_TAG, EXPIRES_TAG, RECIPE_TAG, BuildNames


def find_expired(clients: Clients, now: datetime) -> tuple[Expired, ...]:
    """All that builds made whose expiry is before ``now``, oldest first: groups, and images never published.

    What the sweeper would not touch is there too, with the obstacle: a group whose tag says no time, and what somebody
    moved out of its build's group.
    """
    with translating(f"groups tagged {BUILD_TAG}"):
        groups: list[Document] = list(clients.resources.resource_groups.list(filter=f"tagName eq '{BUILD_TAG}'"))
    with translating(f"resources tagged {BUILD_TAG}"):
        resources: list[Document] = list(clients.resources.resources.list(filter=f"tagName eq '{BUILD_TAG}'"))
        found = [*_groups(clients, groups, now), *_others(clients, groups, resources, now)]
    return tuple(sorted(found, key=lambda each: (each.expires or now, each.resource_id)))


def remove(clients: Clients, expired: tuple[Expired, ...], now: datetime) -> Cleaned:
    """Remove them. What was given more time, or published, since it was found is left alone."""
    groups, images = [], []
    for each in expired:
        if each.obstacle:
            continue
        if each.kind in {"image version", "managed image"}:
            images.append(each)
            continue
        with translating(each.resource_id):
            group = find_group(clients, each.name)
        if group is not None and _is_over(group, now):
            groups.append(group)
    # Images first: whether one may go depends on its build's group.
    return removed_images(clients, images, now) + removed_groups(clients, groups)


def _groups(clients: Clients, groups: list[Document], now: datetime) -> Iterator[Expired]:
    for group in groups:
        found = _expired(group, "build")
        if found.expires is None:
            yield found.model_copy(update={"obstacle": f"its {EXPIRES_TAG} says no time: {_expiry_text(group)!r}"})
        elif found.expires < now:
            yield found.model_copy(update={"monthly_usd": _cost(clients, found.name)})


def _others(clients: Clients, groups: list[Document], resources: list[Document], now: datetime) -> Iterator[Expired]:
    """What is outside of the groups. A build that has time left keeps all of its own."""
    names = {str(group["name"]).lower() for group in groups}
    going_on = {_build_of(group) for group in groups if not _is_over(group, now)}
    for resource in resources:
        group = str(resource["id"]).split("/")[4].lower()
        if group in names or _build_of(resource) in going_on or not _is_over(resource, now):
            continue
        kind = kind_of(resource)
        if kind:
            yield from expired_image(clients, _expired(resource, kind), now)
        else:
            yield _expired(resource, "resource").model_copy(
                update={"obstacle": f"it is not in its build's group, {BuildNames(_build_of(resource)).group}"}
            )


def _is_over(resource: Document, now: datetime) -> bool:
    expires = time_in(resource, EXPIRES_TAG)
    return bool(expires and expires < now and _build_of(resource))


def _build_of(resource: Document) -> str:
    return str((resource.get("tags") or {}).get(BUILD_TAG, ""))


def _expiry_text(resource: Document) -> str:
    return str((resource.get("tags") or {}).get(EXPIRES_TAG, ""))


def _expired(resource: Document, kind: str) -> Expired:
    return Expired.model_validate(
        {
            "kind": kind,
            "resource_id": str(resource["id"]),
            "name": str(resource["name"]),
            "build_id": _build_of(resource),
            "recipe": str(resource["tags"].get(RECIPE_TAG, "")),
            "begun": time_in(resource, BEGUN_TAG),
            "expires": time_in(resource, EXPIRES_TAG),
        }
    )


def _cost(clients: Clients, group: str) -> float | None:
    """Not known of a group that goes while it is looked at."""
    try:
        with translating(group):
            return group_cost(clients, group)
    except MintageError:
        return None
