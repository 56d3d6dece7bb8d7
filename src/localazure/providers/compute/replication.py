"""Where a gallery image version is, and how far it has come: one clock for each of its regions."""

from __future__ import annotations

from datetime import UTC, datetime

from localazure.arm.bodies import Json
from localazure.locations import LOCATIONS
from localazure.pace import Pace
from localazure.store import Resource

FULL_SECONDS = 430.0
"""Median of recorded image version PUTs (azure-cli recordings, 30 calls)."""
SHALLOW_SECONDS = 45.0


def short(region: str) -> str:
    """``West Europe`` → ``westeurope``."""
    return region.replace(" ", "").lower()


def regions_of(version: Resource) -> list[str]:
    """The regions it is, or is to be, in; short names."""
    return [short(region["name"]) for region in version.properties["publishingProfile"]["targetRegions"]]


def seconds_of(version: Resource) -> float:
    """How long a new region takes on Azure."""
    mode = version.properties["publishingProfile"]["replicationMode"]
    return SHALLOW_SECONDS if mode == "Shallow" else FULL_SECONDS


def start(version: Resource, current: Resource | None) -> None:
    """Set the clocks of the regions that are new; those already there go on."""
    before = current.internal["replication"] if current else {}
    now = datetime.now(UTC).isoformat()
    version.internal["replication"] = {region: before.get(region, now) for region in regions_of(version)}


def progress(version: Resource, region: str, pace: Pace) -> int:
    """0 to 100; 100 only once the content is there to be used."""
    begun = datetime.fromisoformat(version.internal["replication"][region])
    needed = pace.seconds(seconds_of(version))
    elapsed = (datetime.now(UTC) - begun).total_seconds()
    done = 100 if elapsed >= needed else int(100 * elapsed / needed)
    return done if "layers" in version.internal else min(done, 99)


def is_available(version: Resource, region: str, pace: Pace) -> bool:
    """Whether machines can be made from it in a region."""
    settled = version.state in {"Succeeded", "Updating"}
    return settled and region in version.internal["replication"] and progress(version, region, pace) == 100


def status(version: Resource, pace: Pace) -> Json:
    """``replicationStatus`` as ``$expand=ReplicationStatus`` shows it."""
    summary = [_regional(version, region, pace) for region in regions_of(version)]
    states = {str(each["state"]) for each in summary}
    aggregated = "Failed" if "Failed" in states else "InProgress" if "Replicating" in states else "Completed"
    return {"aggregatedState": aggregated, "summary": summary}


def _regional(version: Resource, region: str, pace: Pace) -> Json:
    done = progress(version, region, pace)
    failed = version.state == "Failed" and done < 100
    state = "Failed" if failed else "Completed" if done == 100 else "Replicating"
    return {"region": LOCATIONS[region], "state": state, "details": "", "progress": done}
