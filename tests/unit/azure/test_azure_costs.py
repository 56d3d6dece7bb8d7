"""What leftovers are said to cost: an estimate, by a table that says where it is from."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mintage.azure.costs import group_cost, version_cost
from mintage.errors import SettingsError
from mintage.prices import prices
from mintage.settings import load_settings


def machine(size: str, power: str, system: str = "Linux") -> Any:
    return {
        "name": size,
        "properties": {
            "hardwareProfile": {"vmSize": size},
            "storageProfile": {"osDisk": {"osType": system}},
            "instanceView": {"statuses": [{"code": f"PowerState/{power}"}]},
        },
    }


def group(machines: list[Any] | None = None, *, price_file: Path | None = None, **others: list[Any]) -> Any:
    """Clients of a subscription in which each group holds this."""
    known = {each["name"]: each for each in machines or []}
    return SimpleNamespace(
        settings=SimpleNamespace(price_file=price_file),
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
    assert version_cost(group(), version) == pytest.approx(4.5)
    assert version_cost(group(), {"properties": {}}) == 0


def test_the_table_says_that_it_is_an_estimate_of_when_and_that_nobody_checked_it() -> None:
    note = prices(None).note
    assert note.startswith("Costs are estimates in USD a month, by list prices as of 2025-06: pay as you go in East US")
    assert "written from memory" in note
    assert "never checked" in note


def test_prices_of_one_s_own_take_the_place_of_those_they_name(tmp_path: Path) -> None:
    own = tmp_path / "prices.json"
    own.write_text('{"source": "our contract", "as_of": "2026-10", "processor_hour": {"D": 0.1}}')
    machines = [machine("Standard_D2s_v5", "running"), machine("Standard_B2s", "running")]
    found = group_cost(group(machines, price_file=own, snapshots=[disk(30, "Standard_ZRS")]), "g")
    assert found == pytest.approx(2 * 0.1 * 730 + 2 * 0.021 * 730 + 1.5)
    assert prices(own).note == "Costs are estimates in USD a month, by list prices as of 2026-10: our contract."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is no JSON"),
        ("[]", "holds no JSON object"),
        ('{"source": "us"}', "as_of"),
        ('{"source": "us", "as_of": "now", "snapshot_gib_month": -1}', "snapshot_gib_month"),
        ('{"source": "us", "as_of": "now", "snapshots": 1}', "snapshots"),
        ('{"source": "us", "as_of": "now", "currency": "EUR"}', "currency"),
    ],
)
def test_prices_that_cannot_be_used_are_refused_by_the_name_of_the_variable(
    text: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "prices.json"
    own.write_text(text)
    monkeypatch.setenv("MINTAGE_PRICE_FILE", str(own))
    with pytest.raises(SettingsError) as refused:
        load_settings(subscription_id="10ca1a2e-0000-4000-8000-000000000001")
    assert "MINTAGE_PRICE_FILE" in refused.value.seen
    assert said in refused.value.seen
