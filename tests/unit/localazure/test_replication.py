"""Replication goes by the clock: at the server's pace, and only of what is there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from localazure.pace import Pace
from localazure.providers.compute.replication import (
    FULL_SECONDS,
    SHALLOW_SECONDS,
    is_available,
    progress,
    regions_of,
    start,
    status,
)
from localazure.store import Resource


def version(*, begun_seconds_ago: float = 0, captured: bool = True, mode: str = "Full", **more: Any) -> Resource:
    begun = (datetime.now(UTC) - timedelta(seconds=begun_seconds_ago)).isoformat()
    profile = {"targetRegions": [{"name": "West Europe"}], "replicationMode": mode}
    return Resource(
        id="/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/a/images/b/versions/1.0.0",
        properties={"publishingProfile": profile, "provisioningState": "Succeeded"} | more,
        internal={"replication": {"westeurope": begun}} | ({"layers": {}} if captured else {}),
    )


@pytest.mark.parametrize(
    ("seconds", "factor", "mode", "expected"),
    [
        (0, 1, "Full", 0),
        (FULL_SECONDS / 2, 1, "Full", 50),
        (FULL_SECONDS + 1, 1, "Full", 100),
        (FULL_SECONDS / 2, 0.1, "Full", 100),
        (SHALLOW_SECONDS + 1, 1, "Shallow", 100),
        (0, 0, "Full", 100),
    ],
)
def test_progress_grows_with_time_at_the_pace(seconds: float, factor: float, mode: str, expected: int) -> None:
    assert progress(version(begun_seconds_ago=seconds, mode=mode), "westeurope", Pace(factor)) == expected


def test_what_was_not_captured_yet_is_nowhere() -> None:
    early = version(begun_seconds_ago=10_000, captured=False)
    assert progress(early, "westeurope", Pace(1)) == 99
    assert not is_available(early, "westeurope", Pace(1))


def test_a_region_that_is_added_starts_its_own_clock() -> None:
    before = version(begun_seconds_ago=10_000)
    after = before.model_copy(deep=True)
    after.properties["publishingProfile"]["targetRegions"].append({"name": "East US"})
    start(after, before)
    assert regions_of(after) == ["westeurope", "eastus"]
    shown = status(after, Pace(1))
    assert shown["aggregatedState"] == "InProgress"
    assert [(each["region"], each["state"]) for each in shown["summary"]] == [
        ("West Europe", "Completed"),
        ("East US", "Replicating"),
    ]
    assert is_available(after, "westeurope", Pace(1))
    assert not is_available(after, "eastus", Pace(1))


def test_a_failed_version_did_not_arrive() -> None:
    failed = version(captured=False, provisioningState="Failed")
    assert status(failed, Pace(1))["aggregatedState"] == "Failed"
    assert not is_available(version(begun_seconds_ago=10_000, provisioningState="Deleting"), "westeurope", Pace(1))
