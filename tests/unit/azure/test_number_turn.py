"""Turns at a definition's next number, of the builds of a machine."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mintage.azure import number_turn as module
from mintage.azure.number_turn import number_turn
from tests.support.until import until


def of(gallery: str) -> Any:
    definition = SimpleNamespace(name="web")
    publish = SimpleNamespace(resource_group="images", gallery=gallery, definition=definition)
    return SimpleNamespace(recipe=SimpleNamespace(publish=publish))


def clients(folder: Path) -> Any:
    return SimpleNamespace(subscription_id="s", settings=SimpleNamespace(state_folder=folder))


class Other(threading.Thread):
    """Another build that wants its turn."""

    def __init__(self, folder: Path, gallery: str) -> None:
        super().__init__(daemon=True)
        self.has_it = threading.Event()
        self._clients, self._plan = clients(folder), of(gallery)
        self.start()

    def run(self) -> None:
        with number_turn(self._clients, self._plan):
            self.has_it.set()


def test_one_has_the_turn_until_it_leaves(tmp_path: Path) -> None:
    with number_turn(clients(tmp_path), of("gallery")) as leave:
        other = Other(tmp_path, "GALLERY")
        assert not other.has_it.wait(0.3), "Azure takes both for one"
        leave()
        until(other.has_it.is_set)


def test_other_definitions_are_no_matter(tmp_path: Path) -> None:
    with number_turn(clients(tmp_path), of("gallery")):
        until(Other(tmp_path, "another").has_it.is_set)


def test_who_waits_too_long_goes_on_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LONGEST", 0.2)
    with number_turn(clients(tmp_path), of("gallery")):
        began = time.monotonic()
        until(Other(tmp_path, "gallery").has_it.is_set)
        assert time.monotonic() - began >= 0.2


def test_where_there_can_be_no_turns_there_are_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with number_turn(clients(tmp_path / "file"), of("gallery")) as leave:
        leave()
