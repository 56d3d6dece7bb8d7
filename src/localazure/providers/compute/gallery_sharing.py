"""To whom a gallery is open besides those who may read it as a resource: ``sharingProfile`` and the action ``share``.

Shapes are those of OpenAPI GalleryRP 2024-03-03 and its examples.
"""

from __future__ import annotations

import secrets
from typing import ClassVar, Literal

from localazure.arm.bodies import Body, Json
from localazure.arm.errors import CloudError, invalid_parameter
from localazure.store import Resource


class CommunityInfo(Body):
    read_only: ClassVar[frozenset[str]] = frozenset({"communityGalleryEnabled", "publicNames"})
    publisher_uri: str | None = None
    publisher_contact: str | None = None
    eula: str | None = None
    public_name_prefix: str | None = None


class SharingProfile(Body):
    read_only: ClassVar[frozenset[str]] = frozenset({"groups"})
    permissions: Literal["Private", "Groups", "Community"] = "Private"
    community_gallery_info: CommunityInfo | None = None


class SharingGroup(Body):
    type: Literal["Subscriptions", "AADTenants"]
    ids: tuple[str, ...] = ()


class SharingUpdate(Body):
    """What ``share`` is asked."""

    operation_type: Literal["Add", "Remove", "Reset", "EnableCommunity"]
    groups: tuple[SharingGroup, ...] = ()


def planned_sharing(asked: SharingProfile | None, current: Resource | None) -> Json:
    """What a gallery keeps of how it is shared. Raises CloudError for what cannot be, or cannot change."""
    before: Json = dict(current.internal.get("sharing", {})) if current else {}
    if asked is None:
        return before
    _check(asked)
    if before.get("open") and before["permissions"] != asked.permissions:
        message = (
            f"Changing property 'sharingProfile.permissions' from '{before['permissions']}' to '{asked.permissions}' "
            "is not allowed while the gallery is shared: reset its sharing first."
        )
        raise CloudError(409, "PropertyChangeNotAllowed", message, target="sharingProfile.permissions")
    kept = {**before, "permissions": asked.permissions}
    if asked.community_gallery_info:
        kept["community"] = asked.community_gallery_info.json_body()
        # The prefix stays in front of what makes the name one of its kind in all the world.
        prefix = kept["community"]["publicNamePrefix"]
        kept.setdefault("public_name", f"{prefix}-{secrets.token_hex(16)}")
    return kept


def checked_update(kept: Json, asked: SharingUpdate) -> Json:
    """What is kept after ``share``. Raises CloudError where the gallery's permissions are for another kind of it."""
    permissions = kept.get("permissions", "Private")
    if asked.operation_type == "Reset":
        return {"permissions": "Private"} | {key: kept[key] for key in ("public_name", "community") if key in kept}
    needed = "Community" if asked.operation_type == "EnableCommunity" else "Groups"
    if permissions != needed:
        message = (
            f"The operation '{asked.operation_type}' needs a gallery with sharingProfile.permissions '{needed}'; "
            f"they are '{permissions}'."
        )
        raise CloudError(409, "OperationNotAllowed", message, target="sharingProfile.permissions")
    if needed == "Community":
        return {**kept, "open": True}
    groups = _changed_groups(kept.get("groups", {}), asked)
    return {**kept, "groups": groups, "open": any(groups.values())}


def shown_sharing(kept: Json, *, groups: bool) -> Json:
    """``sharingProfile`` and ``sharingStatus`` as a gallery shows them; nothing of one that nobody ever shared."""
    if not kept:
        return {}
    profile: Json = {"permissions": kept["permissions"]}
    if kept["permissions"] == "Community":
        profile["communityGalleryInfo"] = {
            **kept["community"],
            "publicNames": [kept["public_name"]],
            "communityGalleryEnabled": bool(kept.get("open")),
        }
    if groups and kept.get("groups"):
        profile["groups"] = [{"type": kind, "ids": ids} for kind, ids in kept["groups"].items()]
    return {"sharingProfile": profile} | (
        {"sharingStatus": {"aggregatedState": "Succeeded"}} if kept.get("open") else {}
    )


def is_public_as(gallery: Resource, name: str) -> bool:
    """Whether it is a community gallery of that public name."""
    kept = gallery.internal.get("sharing", {})
    is_open = kept.get("permissions") == "Community" and kept.get("open")
    return bool(is_open) and str(kept["public_name"]).lower() == name.lower()


def is_shared_with(gallery: Resource, subscription: str, tenant: str) -> bool:
    """Whether it is shared directly with the subscription, or with its tenant."""
    kept = gallery.internal.get("sharing", {})
    if kept.get("permissions") != "Groups":
        return False
    groups = kept.get("groups", {})
    return subscription.lower() in _folded(groups, "Subscriptions") or tenant.lower() in _folded(groups, "AADTenants")


def _folded(groups: dict[str, list[str]], kind: str) -> set[str]:
    return {each.lower() for each in groups.get(kind, [])}


def _check(asked: SharingProfile) -> None:
    info, target = asked.community_gallery_info, "sharingProfile.communityGalleryInfo"
    if asked.permissions != "Community" and info:
        raise invalid_parameter("communityGalleryInfo needs permissions 'Community'.", target)
    if asked.permissions == "Community":
        given = info.json_body() if info else {}
        for name in ("publicNamePrefix", "publisherUri", "publisherContact", "eula"):
            if not given.get(name):
                raise invalid_parameter(f"Required parameter '{target}.{name}' is missing (null).", target)


def _changed_groups(before: dict[str, list[str]], asked: SharingUpdate) -> dict[str, list[str]]:
    after = {kind: list(ids) for kind, ids in before.items()}
    for group in asked.groups:
        ids = [each for each in after.get(group.type, []) if each not in group.ids]
        after[group.type] = ids + (list(group.ids) if asked.operation_type == "Add" else [])
    return after
