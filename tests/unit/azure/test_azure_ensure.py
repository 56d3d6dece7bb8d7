"""The one rule of making things, against operations that tell a story."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from azure.core.exceptions import ResourceNotFoundError
from azure.core.polling import LROPoller, NoPolling

from mintage.azure.clients import Clients
from mintage.azure.ensure import Wanted, ensure
from mintage.azure.together import finish
from mintage.errors import AzureRefused
from mintage.settings import Settings


class Story:
    """Operations that answer each look with the next state of a list, and note what they are asked to change."""

    def __init__(self, *states: str | None) -> None:
        self._states: Iterator[str | None] = iter(states)
        self.changes: list[str] = []

    def get(self, *path: str) -> dict[str, Any]:
        state = next(self._states)
        if state is None:
            raise ResourceNotFoundError("gone")
        return {"name": path[-1], "properties": {"provisioningState": state}}

    def begin_create_or_update(self, *path: Any) -> LROPoller[Any]:
        self.changes.append("create")
        return done({"name": "made", "properties": {"provisioningState": "Succeeded"}})

    def begin_delete(self, *path: str) -> LROPoller[Any]:
        self.changes.append("delete")
        return done(None)


def done(result: Any) -> LROPoller[Any]:
    return LROPoller(None, result, lambda response: response, NoPolling())  # type: ignore[no-untyped-call]


def make(story: Story, *, shared: bool = False) -> Any:
    subscription = "10ca1a2e-0000-4000-8000-000000000001"
    settings = Settings(subscription_id=subscription, poll_seconds=0.001, key_file=Path("/nowhere"))
    clients = Clients(settings, credential=None)  # type: ignore[arg-type]
    wanted = Wanted(clients, "Microsoft.Network/virtualNetworks", story, ("g", "vnet"), {}, shared=shared)
    return finish(wanted.id, ensure(wanted), seconds=5)


@pytest.mark.parametrize(
    ("states", "changes"),
    [
        ([None], ["create"]),
        (["Succeeded"], []),
        (["Updating", "Creating", "Succeeded"], []),
        (["Failed", "Failed"], ["delete", "create"]),
        (["Creating", "Canceled", "Canceled"], ["delete", "create"]),
        (["Deleting", "Deleting", None], ["create"]),
    ],
)
def test_what_is_seen_decides_what_is_done(states: list[str | None], changes: list[str]) -> None:
    story = Story(*states)
    make(story)
    assert story.changes == changes


def test_what_others_use_is_never_deleted() -> None:
    story = Story("Failed")
    with pytest.raises(AzureRefused, match="provisioningState Failed"):
        make(story, shared=True)
    assert story.changes == []
