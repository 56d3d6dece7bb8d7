"""What leftovers are said to cost: an estimate, by a table that says where it is from."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from mintage.azure.costs import group_cost, price_note, prices, version_cost


def machine(size: str, power: str, system: str = "Linux") -> Any:
    return {
        "name": size,
        "properties": {
            "hardwareProfile": {"vmSize": size},
            "storageProfile": {"osDisk": {"osType": system}},
            "instanceView": {"statuses": [{"code": f"PowerState/{power}"}]},
        },
    }


def group(machines: list[Any] | None = None, **others: list[Any]) -> Any:
    """Clients of a subscription in which each group holds this."""
    known = {each["name"]: each for each in machines or []}
    return SimpleNamespace(
        compute=SimpleNamespace(
            virtual_machines=SimpleNamespace(
                list=lambda _: [{"name": name} for name in known], get=lambda _, name, expand: known[name]
            ),
            disks=SimpleNamespace(list_by_resource_group=lambda _: others.get("disks", [])),
            snapshots=SimpleNamespace(list_by_resource_group=lambda _: others.get("snapshots", [])),
        ),
        network=SimpleNamespace(public_ip_addresses=SimpleNamespace(list=lambda _: others.get("addresses", []))),
    )


def disk(gib: int, sku: str) -> Any:
    return {"sku": {"name": sku}, "properties": {"diskSizeGB": gib}}


@pytest.mark.parametrize(
    ("content", "dollars"),
    [
        (group(), 0),
        (group([machine("Standard_D2s_v5", "running")]), 70.08),
        (group([machine("Standard_D2s_v5", "running", "Windows")]), 137.24),
        (group([machine("Standard_D2s_v5", "stopped")]), 70.08),
        (group([machine("Standard_D2s_v5", "deallocated")]), 0),
        (group([machine("Standard_NC4as_T4_v3", "running")]), 175.2),
        (group(disks=[disk(128, "StandardSSD_LRS"), disk(32, "Premium_LRS")]), 14.4),
        (group(snapshots=[disk(30, "Standard_ZRS")]), 1.5),
        (group(addresses=[{}, {}]), 7.3),
    ],
)
def test_a_group_costs_what_runs_and_what_is_kept(content: Any, dollars: float) -> None:
    assert group_cost(content, "g") == pytest.approx(dollars)


def test_a_version_costs_each_of_its_replicas() -> None:
    regions = [{"name": "West Europe", "regionalReplicaCount": 1}, {"name": "North Europe", "regionalReplicaCount": 2}]
    version = {
        "properties": {
            "storageProfile": {"osDiskImage": {"sizeInGB": 30}},
            "publishingProfile": {"targetRegions": regions},
        }
    }
    assert version_cost(version) == pytest.approx(4.5)
    assert version_cost({"properties": {}}) == 0


def test_the_table_says_that_it_is_an_estimate_of_when_and_from_where() -> None:
    assert price_note().startswith(
        f"Costs are estimates in USD a month, by prices of {prices()['as_of']}: Azure's public"
    )
