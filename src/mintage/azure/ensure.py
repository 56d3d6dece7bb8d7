"""The one rule by which everything is made: look first, then adopt, wait, or make it (again)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from azure.core.exceptions import ResourceNotFoundError

from mintage.azure.clients import Clients
from mintage.azure.ids import resource_id
from mintage.azure.together import Waiting, completed, rest
from mintage.errors import AzureRefused

Document = Mapping[str, Any]
"""A resource as Azure writes it."""
FAILED = frozenset({"Failed", "Canceled"})


class Operations(Protocol):
    """What the SDK's groups of operations have in common."""

    @property
    def get(self) -> Callable[..., Any]: ...
    @property
    def begin_create_or_update(self) -> Callable[..., Any]: ...
    @property
    def begin_delete(self) -> Callable[..., Any]: ...


@dataclass(frozen=True)
class Wanted:
    """A resource as it should be. ``path`` is what the SDK asks for: group and names, outermost first."""

    clients: Clients
    kind: str
    operations: Operations
    path: tuple[str, ...]
    body: Document
    shared: bool = False
    """Others may depend on it: it is never deleted, not even when it failed."""
    check: Callable[[Document], None] = lambda _: None
    """Raises when what is there is somebody else's, which is neither waited for nor removed."""

    @property
    def id(self) -> str:
        return resource_id(self.clients.subscription_id, self.kind, *self.path)

    def find(self) -> Document | None:
        """The resource as it is, if it is. Raises what ``check`` does."""
        try:
            found: Document = self.operations.get(*self.path)
        except ResourceNotFoundError:
            return None
        self.check(found)
        return found


def state_of(document: Document) -> str:
    """Its provisioning state: Succeeded, Failed, Canceled, or what is going on."""
    return str(document["properties"]["provisioningState"])


def ensure(
    wanted: Wanted,
    *,
    needs: Callable[[], Waiting[object]] | None = None,
    spent: Callable[[], Waiting[bool]] | None = None,
) -> Waiting[Document]:
    """Adopt the resource if it is there, wait for it if it is being made, else make it; remove what failed before.

    ``needs`` makes what must exist just before it is made, and may have gone with a failed one. ``spent`` tells of one
    that is there whether it is of no use any more, and has to be made anew. Raises AzureRefused when something shared
    failed.
    """
    found = yield from settled(wanted)
    if found is not None and spent and state_of(found) not in FAILED and (yield from spent()):
        yield from removed(wanted)
        found = None
    if found is not None and state_of(found) in FAILED:
        if wanted.shared:
            raise _failed(wanted, found)
        yield from removed(wanted)
        found = None
    if found is not None:
        return found
    if needs:
        yield from needs()
    made: Document = yield from completed(wanted.operations.begin_create_or_update(*wanted.path, wanted.body))
    return made


def settled(wanted: Wanted) -> Waiting[Document | None]:
    """Wait until nothing goes on with the resource; it may be gone then."""
    while (found := wanted.find()) is not None:
        state = state_of(found)
        if state == "Succeeded" or state in FAILED:
            return found
        yield from rest(wanted.clients.poll_seconds, state)
    return None


def removed(wanted: Wanted) -> Waiting[None]:
    """Delete the resource if it is there, and wait until it is gone."""
    found = yield from settled(wanted)
    if found is not None:
        yield from completed(wanted.operations.begin_delete(*wanted.path))


def _failed(wanted: Wanted, found: Document) -> AzureRefused:
    return AzureRefused(
        "The last change of something that others use failed",
        where=wanted.id,
        seen=f"provisioningState {state_of(found)}",
        remedy="write it again as it should be (az resource update --ids ID), or remove it if nobody needs it",
    )
