"""The one rule of making things, against operations that tell a story."""

from __future__ import annotations

from typing import Any

import pytest

from mintage.azure.ensure import ensure
from mintage.azure.together import finish
from mintage.errors import AzureRefused
from tests.support.resource_story import Story, wanted


def make(story: Story, *, shared: bool = False) -> Any:
    place = wanted(story, shared=shared)
    return finish(place.id, ensure(place), seconds=5)


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
