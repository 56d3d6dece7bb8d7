"""What localazure remembers, and that it does."""

from __future__ import annotations

from pathlib import Path

from localazure.arm.ids import ResourceId
from localazure.store import Resource, Store

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
