"""Following a version to its regions, when Azure has its moods."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from azure.core.polling import LROPoller, NoPolling

from mintage.artifacts import RegionState
from mintage.azure.clients import Clients
from mintage.azure.ensure import Wanted
from mintage.azure.replication import replicated
from mintage.azure.together import finish
from mintage.errors import AzureRefused
from mintage.names import EXPIRES_TAG
from mintage.settings import Settings

HOME = {"name": "westeurope", "regionalReplicaCount": 1, "storageAccountType": "Standard_LRS"}
NORTH = {"name": "northeurope", "regionalReplicaCount": 1, "storageAccountType": "Standard_LRS"}


def version(state: str, *regions: tuple[str, str, int]) -> dict[str, Any]:
    states = {each[1] for each in regions}
    aggregated = "Failed" if "Failed" in states else "Completed" if states == {"Completed"} else "InProgress"
    summary = [{"region": name, "state": at, "progress": done, "details": "no quota"} for name, at, done in regions]
    known = {"West Europe": HOME, "North Europe": NORTH}
    return {
        "location": "westeurope",
        "properties": {
            "provisioningState": state,
            "publishingProfile": {
                "targetRegions": [known[name] | {"name": name} for name, _, _ in regions],
                "excludeFromLatest": True,
            },
            "storageProfile": {"source": {"virtualMachineId": "/vm"}},
            "replicationStatus": {"aggregatedState": aggregated, "summary": summary},
        },
    }


class Versions:
    """Operations that show one version after the other, the last one for ever."""

    def __init__(self, *shown: dict[str, Any]) -> None:
        self._shown, self.written = list(shown), list[dict[str, Any]]()

    def get(self, *path: str, expand: str) -> dict[str, Any]:
        assert expand == "ReplicationStatus"
        return copy.deepcopy(self._shown.pop(0) if len(self._shown) > 1 else self._shown[0])

    def begin_create_or_update(self, *path: Any) -> LROPoller[Any]:
        self.written.append(path[-1])
        return LROPoller(None, None, lambda response: response, NoPolling())  # type: ignore[no-untyped-call]

    def begin_delete(self, *path: str) -> LROPoller[Any]:
        raise AssertionError


def follow(versions: Versions) -> list[tuple[RegionState, ...]]:
    settings = Settings(
        subscription_id="10ca1a2e-0000-4000-8000-000000000001", poll_seconds=0.001, key_file=Path("/nowhere")
    )
    clients = Clients(settings, credential=None)  # type: ignore[arg-type]
    kind, path = "Microsoft.Compute/galleries/images/versions", ("g", "gallery", "definition", "1.0.0")
    told: list[tuple[RegionState, ...]] = []
    wanted = Wanted(clients, kind, versions, path, {})
    finish(wanted.id, replicated(wanted, [HOME, NORTH], timedelta(days=2), told.append), seconds=5)
    return told


ALONE = version("Succeeded", ("West Europe", "Completed", 100))
HALF = version("Updating", ("West Europe", "Completed", 100), ("North Europe", "Replicating", 50))
BOTH = version("Succeeded", ("West Europe", "Completed", 100), ("North Europe", "Completed", 100))
FAILED = version("Succeeded", ("West Europe", "Completed", 100), ("North Europe", "Failed", 10))


def test_a_missing_region_is_added_and_followed_to_its_end() -> None:
    versions = Versions(ALONE, HALF, HALF, BOTH)
    told = follow(versions)
    (written,) = versions.written
    names = [each["name"] for each in written["properties"]["publishingProfile"]["targetRegions"]]
    assert names == ["westeurope", "northeurope"]
    assert written["properties"]["publishingProfile"]["excludeFromLatest"] is True
    assert [[each.progress for each in states] for states in told] == [[100, 50], [100, 100]]
    left = datetime.fromisoformat(written["tags"][EXPIRES_TAG]) - datetime.now(UTC)
    assert timedelta(hours=47) < left < timedelta(hours=49)


def test_what_is_under_way_already_is_followed_without_asking_again() -> None:
    versions = Versions(HALF, HALF, BOTH)
    follow(versions)
    assert versions.written == []


def test_a_region_that_others_added_stays() -> None:
    abroad = version("Succeeded", ("West Europe", "Completed", 100))
    extra = HOME | {"name": "East US"}
    abroad["properties"]["publishingProfile"]["targetRegions"].append(extra)
    versions = Versions(abroad, BOTH)
    follow(versions)
    targets = versions.written[0]["properties"]["publishingProfile"]["targetRegions"]
    assert extra in targets


def test_a_failed_region_is_named_with_azures_details() -> None:
    with pytest.raises(AzureRefused, match="North Europe: no quota"):
        follow(Versions(HALF, FAILED))


def test_a_failed_region_is_asked_for_once_more_and_its_old_state_is_not_believed_meanwhile() -> None:
    still_old = version("Updating", ("West Europe", "Completed", 100), ("North Europe", "Failed", 10))
    versions = Versions(FAILED, still_old, HALF, BOTH)
    follow(versions)
    assert len(versions.written) == 1
