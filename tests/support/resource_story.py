"""A resource whose states tell a story, in place of Azure's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from azure.core.exceptions import ResourceNotFoundError
from azure.core.polling import LROPoller, NoPolling

from mintage.azure.clients import Clients
from mintage.azure.ensure import Wanted
from mintage.names import BUILD_TAG
from mintage.settings import Settings


class Story:
    """Operations that answer each look with the next state of a list, and note what they are asked to change."""

    def __init__(self, *states: str | None, build_id: str = "") -> None:
        self._states: Iterator[str | None] = iter(states)
        self._tags = {BUILD_TAG: build_id}
        self.changes: list[str] = []

    def get(self, *path: str) -> dict[str, Any]:
        state = next(self._states)
        if state is None:
            raise ResourceNotFoundError("gone")
        return {"name": path[-1], "tags": self._tags, "properties": {"provisioningState": state}}

    def begin_create_or_update(self, *path: Any) -> LROPoller[Any]:
        self.changes.append("create")
        tags = path[-1].get("tags") or self._tags
        return done({"name": "made", "tags": tags, "properties": {"provisioningState": "Succeeded"}})

    def begin_delete(self, *path: str) -> LROPoller[Any]:
        self.changes.append("delete")
        return done(None)


def done(result: Any) -> LROPoller[Any]:
    return LROPoller(None, result, lambda response: response, NoPolling())  # type: ignore[no-untyped-call]


def wanted(story: Story, *, shared: bool = False) -> Wanted:
    subscription = "10ca1a2e-0000-4000-8000-000000000001"
    settings = Settings(subscription_id=subscription, poll_seconds=0.001, key_file=Path("/nowhere"))
    clients = Clients(settings, credential=None)  # type: ignore[arg-type]
    return Wanted(clients, "Microsoft.Network/virtualNetworks", story, ("g", "vnet"), {}, shared=shared)
