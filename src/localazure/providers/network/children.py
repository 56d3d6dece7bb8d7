"""Children that come inline with their parent: the subnets of a network, the rules of a security group."""

from __future__ import annotations

from collections.abc import Sequence

from localazure.arm.errors import CloudError
from localazure.arm.ids import ResourceId
from localazure.providers.network.base import ChildBody, NetworkType
from localazure.store import Resource


def child_ids(parent: ResourceId, kind: str, bodies: Sequence[ChildBody]) -> list[ResourceId]:
    """The ids of inline children. Raises CloudError when one has no name, or the name of another."""
    seen: set[str] = set()
    for body in bodies:
        if not body.name:
            message = f"Resource {parent} has a child resource without a name in '{kind}'."
            raise CloudError(400, "MissingNameInChildResource", message)
        if body.name.lower() in seen:
            message = f"Resource {parent} has two child resources with the same name ({body.name})."
            raise CloudError(400, "DuplicateResourceName", message)
        seen.add(body.name.lower())
    return [parent.child(kind, str(body.name)) for body in bodies]


def replace_children(kind: NetworkType, parent: ResourceId, planned: list[Resource]) -> None:
    """Make ``planned`` the only children of that kind; the request's transaction undoes it if it is refused later.

    Raises CloudError when a child that would go is in use.
    """
    store = kind.cloud.store
    kept = {child.rid.key for child in planned}
    for child in store.of_type(kind.full_type, under=parent):
        if child.rid.key not in kept:
            kind.refuse_delete(child)
            store.delete(child.rid)
    for child in planned:
        store.put(child)
