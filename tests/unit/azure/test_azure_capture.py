"""In which order a build gets its version's number: ready first, then its turn, which ends when the number is taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from mintage.azure import capture
from mintage.azure.capture import capture_as_next
from mintage.azure.together import Waiting
from mintage.errors import MachineLost
from mintage.names import BUILD_TAG
from mintage.recipe import Timeouts
from tests.support.resource_story import Story, wanted

PLAN: Any = SimpleNamespace(build_id="own", recipe=SimpleNamespace(timeouts=Timeouts(capture="20s")))
VM: Any = SimpleNamespace(resource_id="vm")
NOTHING: Any = None
OWN = {"tags": {BUILD_TAG: "own"}}


class Steps(list[str]):
    """What was done, in the order in which it was."""

    def noting(self, what: str, result: object) -> Callable[..., Any]:
        def noted(*_: object) -> object:
            self.append(what)
            return result

        return noted

    @contextmanager
    def turn(self, *_: object) -> Iterator[Callable[[], None]]:
        self.append("turn")
        yield lambda: self.append("left")
        self.append("end of turn")


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Steps:
    steps = Steps()

    def at_rest(*_: object) -> Waiting[None]:
        steps.append("the VM is there")
        yield from ()

    stand_ins = {
        "own_versions": lambda *_: [],
        "choose_version": steps.noting("choose", "1.0.0"),
        "_body": steps.noting("ready", OWN),
        "there_at_rest": at_rest,
        "number_turn": steps.turn,
        "image_version": lambda _, document: document,
    }
    for name, stand_in in stand_ins.items():
        monkeypatch.setattr(capture, name, stand_in)
    return steps


def captured(monkeypatch: pytest.MonkeyPatch, *stories: Story, progress: Any = lambda *_: None) -> Any:
    places = iter(stories)
    monkeypatch.setattr(capture, "version_at", lambda *_: wanted(next(places)))
    return capture_as_next(NOTHING, PLAN, VM, NOTHING, progress)


def test_all_is_ready_before_the_number_is_looked_for(monkeypatch: pytest.MonkeyPatch, steps: Steps) -> None:
    assert captured(monkeypatch, Story(None, None))["name"] == "made"
    assert steps == ["ready", "the VM is there", "turn", "choose", "end of turn"]


def test_the_turn_ends_when_the_number_is_taken_and_not_when_the_version_is_made(
    monkeypatch: pytest.MonkeyPatch, steps: Steps
) -> None:
    told = steps.noting("told", None)
    captured(monkeypatch, Story(None, "Creating", "Succeeded", build_id="own"), progress=told)
    assert steps == ["ready", "the VM is there", "turn", "choose", "left", "told", "end of turn"]


def test_who_loses_a_number_looks_for_the_next_and_whether_its_vm_is_still_there(
    monkeypatch: pytest.MonkeyPatch, steps: Steps
) -> None:
    monkeypatch.setattr(capture, "_FIRST_PAUSE", 0.01)
    captured(monkeypatch, Story("Creating", build_id="another"), Story(None, None))
    assert steps.count("ready") == 1
    assert steps.count("choose") == 2

    def gone(*_: object) -> Waiting[None]:
        yield from ()
        raise MachineLost("gone", where="vm")

    monkeypatch.setattr(capture, "there_at_rest", gone)
    with pytest.raises(MachineLost):
        captured(monkeypatch, Story(None, None))


def test_who_has_a_version_takes_no_turn(monkeypatch: pytest.MonkeyPatch, steps: Steps) -> None:
    monkeypatch.setattr(capture, "own_versions", lambda *_: ["1.0.0"])
    captured(monkeypatch, Story("Failed", "Failed", "Failed", build_id="own"))
    assert steps == ["choose", "ready"]
