"""What another build makes under a name that this one wants: neither waited for, which takes an hour, nor removed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from mintage.azure.adopted import made_by_build
from mintage.azure.together import silent
from mintage.errors import AzureRefused, NameLost
from mintage.names import BUILD_TAG
from mintage.recipe import Timeouts
from tests.support.resource_story import Story, wanted

PLAN: Any = SimpleNamespace(build_id="own", recipe=SimpleNamespace(timeouts=Timeouts(capture="5s")))


def made(story: Story, **how: bool) -> Any:
    return made_by_build(wanted(story), PLAN, dict, silent, **how)


@pytest.mark.parametrize("state", ["Creating", "Succeeded", "Failed"])
@pytest.mark.parametrize(("how", "error"), [({"just_chosen": True}, NameLost), ({}, AzureRefused)])
def test_another_builds_is_told_at_the_first_look(state: str, how: dict[str, bool], error: type[Exception]) -> None:
    story = Story(state, build_id="another")
    with pytest.raises(error):
        made(story, **how)
    assert story.changes == []


@pytest.mark.parametrize("state", ["Creating", "Succeeded", "Failed"])
def test_another_builds_that_came_meanwhile_is_told_at_the_next(state: str) -> None:
    story = Story(None, state, build_id="another")
    with pytest.raises(NameLost):
        made(story)
    assert story.changes == []


def test_another_builds_that_goes_is_waited_for() -> None:
    story = Story("Deleting", None, None, build_id="another")
    assert made_by_build(wanted(story), PLAN, lambda: {"tags": {BUILD_TAG: "own"}}, silent)["name"] == "made"
    assert story.changes == ["create"]


def test_ones_own_is_waited_for_and_made_anew_when_it_failed() -> None:
    waited = Story("Creating", "Succeeded", build_id="own")
    assert made(waited)["name"] == "vnet"
    assert waited.changes == []
    failed = Story("Creating", "Failed", "Failed", "Failed", build_id="own")
    assert made(failed)["name"] == "made"
    assert failed.changes == ["delete", "create"]
