"""The steps of a sweep."""

from __future__ import annotations

from datetime import UTC, datetime

from prefect import get_run_logger
from prefect.runtime import flow_run

from mintage.artifacts import Cleaned
from mintage.azure import sweep
from mintage.azure.sweep import Expired
from tasks.connection import connected
from tasks.run_artifacts import put_artifact
from tasks.step import MINUTE, action

_RETRY_DELAYS = [10, MINUTE]


@action("find expired builds", retries=2, delays=_RETRY_DELAYS)
def find_expired() -> tuple[Expired, ...]:
    """Look for build groups whose expiry tag is in the past."""
    with connected() as connection:
        found = sweep.find_expired(connection.clients, datetime.now(UTC))
    get_run_logger().info("%s builds have expired", len(found))
    return found


@action("remove expired builds", retries=2, delays=_RETRY_DELAYS)
def remove_expired(expired: tuple[Expired, ...]) -> Cleaned:
    """Remove them, those excepted that were given more time meanwhile."""
    with connected() as connection:
        cleaned = sweep.remove(connection.clients, expired, datetime.now(UTC))
    for left in cleaned.leftovers:
        get_run_logger().warning("Left %s: %s", left.resource_id, left.reason)
    return cleaned


@action("show sweep", retries=2, delays=_RETRY_DELAYS)
def show_sweep(expired: tuple[Expired, ...], cleaned: Cleaned | None) -> None:
    """Show what has expired in a table; ``cleaned`` is None after a dry run."""
    rows = [
        {
            "resource group": each.name,
            "recipe": each.recipe,
            "expired": each.expires.isoformat(timespec="seconds"),
            "outcome": _outcome(each, cleaned),
        }
        for each in expired
    ]
    put_artifact(f"sweep-{flow_run.id}", "table", rows, f"{len(rows)} expired builds")


def _outcome(expired: Expired, cleaned: Cleaned | None) -> str:
    if cleaned is None:
        return "would be removed"
    if expired.resource_id in cleaned.removed:
        return "removed"
    reasons = [left.reason for left in cleaned.leftovers if left.resource_id == expired.resource_id]
    return reasons[0] if reasons else "left: it was given more time"
