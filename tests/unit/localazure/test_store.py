"""What localazure remembers, and that it does."""

from __future__ import annotations

from pathlib import Path

import pytest

from localazure.arm.ids import ResourceId
from localazure.store import Resource, Store, StoreError
from tests.support.server_state import filled

GROUP = ResourceId("s", "g")


def _disk(name: str, group: str = "g") -> Resource:
    return Resource(
        id=f"/subscriptions/s/resourceGroups/{group}/providers/Microsoft.Compute/disks/{name}", location="x"
    )


def test_what_was_put_is_found_whatever_its_case_and_after_a_restart(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.sqlite")
    store.put(_disk("Data"))
    store.close()
    store = Store(tmp_path / "s.sqlite")
    found = store.find(ResourceId.parse(_disk("DATA", "G").id))
    assert found is not None
    assert found.rid.name == "Data"
    store.close()


def test_lists_keep_to_their_scope(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.sqlite")
    for resource in (_disk("a"), _disk("b"), _disk("c", "g2")):
        store.put(resource)
    assert [each.rid.name for each in store.of_type("microsoft.compute/disks", under=GROUP)] == ["a", "b"]
    assert len(store.of_type("Microsoft.Compute/disks", under=ResourceId("s"))) == 3
    assert [each.rid.name for each in store.under(ResourceId("s", "g2"))] == ["c"]
    store.close()


def test_a_failure_in_a_transaction_changes_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.sqlite")

    def change() -> None:
        with store.changing():
            store.put(_disk("a"))
            with store.changing():
                store.put(_disk("b"))
            raise LookupError

    with pytest.raises(LookupError):
        change()
    assert store.under(GROUP) == []
    store.close()


def test_a_full_disk_is_said_and_is_no_hindrance_once_it_has_room(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.sqlite")
    store.put(_disk("before"))
    with filled(store):
        for _ in range(2):
            with pytest.raises(StoreError, match=r"s\.sqlite: database or disk is full\. Make room"):
                store.put(_disk("x" * 10**6))
        assert [each.rid.name for each in store.under(GROUP)] == ["before"]
    store.put(_disk("x" * 10**6))
    assert len(store.under(GROUP)) == 2
    store.close()
