"""What `make chaos` finds in a cloud after a build: what is there and should not be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from chaos.build import Build
from chaos.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    found = World(tmp_path)
    found.start()
    yield found
    found.stop()


def test_what_a_build_left_untagged_is_a_leak_and_what_was_there_before_is_not(world: World, tmp_path: Path) -> None:
    with world.clients() as clients:
        clients.resources.resource_groups.create_or_update("there", {"location": "westeurope"})
        build = Build(world, tmp_path / "build", {})
        for name in ("left", "images"):
            clients.resources.resource_groups.create_or_update(name, {"location": "westeurope"})
    outcome = build.outcome()
    assert [each.rpartition("/")[2] for each in outcome.leaked] == ["left"]
    assert not outcome.published
