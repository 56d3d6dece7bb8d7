"""What failed and interrupted builds left, removed once its time is over."""

from __future__ import annotations

from prefect import flow

from tasks.sweeping import find_expired, remove_expired, show_sweep


@flow(name="sweep")
def sweep(dry_run: bool = True, subscription_id: str | None = None) -> None:
    """Remove what builds left that nobody came back for: resource groups, and image versions never published.

    Args:
        dry_run: Only show what would be removed.
        subscription_id: Look in this subscription, where recipes put copies, instead of the worker's own.
    """
    expired = find_expired(subscription_id)
    cleaned = None if dry_run else remove_expired(expired, subscription_id)
    show_sweep(expired, cleaned)
