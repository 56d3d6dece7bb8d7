"""The steps of a sweep."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from prefect import get_run_logger
from prefect.runtime import flow_run

from mintage.artifacts import Cleaned
from mintage.azure import sweep
from mintage.azure.clients import Clients
from mintage.azure.expired import Expired
from mintage.prices import prices
from mintage.settings import load_settings
from tasks.claim import is_at_work, read_claim
from tasks.connection import Connection, connected
from tasks.deliveries import remove_unfinished
from tasks.run_artifacts import put_artifact
from tasks.step import action


@action("find expired builds")
def find_expired(subscription_id: str | None) -> tuple[Expired, ...]:
    """Look for all that builds left and whose expiry is in the past. None is the worker's own subscription."""
    with connected() as connection:
        expired = sweep.find_expired(_there(connection, subscription_id), datetime.now(UTC))
    found = tuple(map(_unless_at_work, expired))
    log = get_run_logger()
    log.info("%s leftovers of builds have expired", len(found))
    for each in found:
        if each.obstacle:
            log.warning("Left %s: %s", each.resource_id, each.obstacle)
    return found


@action("remove expired builds")
def remove_expired(expired: tuple[Expired, ...], subscription_id: str | None) -> Cleaned:
    """Remove them, those excepted that were given more time meanwhile.

    What a lock or a policy keeps is told, and tried again by the next sweep; nothing is done about the lock.
    """
    with connected() as connection:
        still = tuple(map(_unless_at_work, expired))
        cleaned = sweep.remove(_there(connection, subscription_id), still, datetime.now(UTC))
        over = dict.fromkeys(each.build_id for each in still if not each.obstacle)
        cleaned = sum((remove_unfinished(connection.clients, build_id) for build_id in over), cleaned)
    for left in cleaned.leftovers:
        get_run_logger().warning("Left %s: %s", left.resource_id, left.reason)
    return cleaned


@action("show sweep")
def show_sweep(expired: tuple[Expired, ...], cleaned: Cleaned | None) -> None:
    """Show what has expired in a table; ``cleaned`` is None after a dry run."""
    now = datetime.now(UTC)
    rows = [_row(each, cleaned, now) for each in expired]
    total = sum(each.monthly_usd or 0 for each in expired)
    note = prices(load_settings().price_file).note
    text = f"{len(rows)} expired leftovers of builds, about ${total:.2f} a month. {note}"
    put_artifact(f"sweep-{flow_run.id}", "table", rows, text)


def _there(connection: Connection, subscription_id: str | None) -> Clients:
    return connection.clients.in_subscription(subscription_id or connection.clients.subscription_id)


def _unless_at_work(each: Expired) -> Expired:
    """A build that takes longer than its recipe thought is no leftover."""
    if each.obstacle or not is_at_work(read_claim(each.build_id), datetime.now(UTC)):
        return each
    why = "a process works on the build, or died less than 70 minutes ago; give it more time: build.expires_after"
    return each.model_copy(update={"obstacle": why})


def _row(each: Expired, cleaned: Cleaned | None, now: datetime) -> dict[str, str]:
    return {
        "what": each.kind,
        "name": each.name,
        "recipe": each.recipe,
        "age": _age(each.begun, now),
        "expired": each.expires.isoformat(timespec="seconds") if each.expires else "",
        "about $ a month": "" if each.monthly_usd is None else f"{each.monthly_usd:.2f}",
        "outcome": _outcome(each, cleaned),
        "id": each.resource_id,
    }


def _age(begun: datetime | None, now: datetime) -> str:
    """``3 d 4 h``; nothing where the beginning is not known."""
    if begun is None:
        return ""
    hours = int((now - begun) / timedelta(hours=1))
    return f"{hours // 24} d {hours % 24} h"


def _outcome(expired: Expired, cleaned: Cleaned | None) -> str:
    if expired.obstacle:
        return f"left: {expired.obstacle}"
    if cleaned is None:
        return "would be removed"
    if expired.resource_id in cleaned.removed:
        return "removed"
    reasons = [left.reason for left in cleaned.leftovers if left.resource_id == expired.resource_id]
    return f"left: {reasons[0]}" if reasons else "left: it was given more time, or published"
