"""What builds left behind and nobody came back for."""

from __future__ import annotations

from datetime import datetime

from mintage.artifacts import Artifact, Cleaned
from mintage.azure.clean_up import expiry_of, removed_groups
from mintage.azure.clients import Clients
from mintage.azure.ensure import Document
from mintage.azure.errors import translating
from mintage.azure.group import find_group
from mintage.names import BUILD_TAG, EXPIRES_TAG, RECIPE_TAG


class Expired(Artifact):
    """A build's resource group whose time is over."""

    resource_id: str
    name: str
    build_id: str
    recipe: str
    expires: datetime


def find_expired(clients: Clients, now: datetime) -> tuple[Expired, ...]:
    """The build groups whose expiry is before ``now``, oldest first. One whose tag says no time is left alone."""
    with translating(f"groups tagged {EXPIRES_TAG}"):
        groups = list(clients.resources.resource_groups.list(filter=f"tagName eq '{EXPIRES_TAG}'"))
    found = [_expired(group, expires) for group in groups if (expires := _over(group, now))]
    return tuple(sorted(found, key=lambda each: each.expires))


def remove(clients: Clients, expired: tuple[Expired, ...], now: datetime) -> Cleaned:
    """Remove them. A group that was given more time since it was found is left alone."""
    groups = []
    for each in expired:
        with translating(each.resource_id):
            group = find_group(clients, each.name)
        if group is not None and _over(group, now):
            groups.append(group)
    return removed_groups(clients, groups)


def _over(group: Document, now: datetime) -> datetime | None:
    expires = expiry_of(group)
    return expires if expires and expires < now and BUILD_TAG in (group.get("tags") or {}) else None


def _expired(group: Document, expires: datetime) -> Expired:
    tags = group["tags"]
    return Expired(
        resource_id=str(group["id"]),
        name=str(group["name"]),
        build_id=tags[BUILD_TAG],
        recipe=tags.get(RECIPE_TAG, ""),
        expires=expires,
    )
