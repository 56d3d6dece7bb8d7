"""What failed and interrupted builds left, removed once its time is over."""

from __future__ import annotations

from prefect import flow

from tasks.sweeping import find_expired, remove_expired, show_sweep


@flow(name="sweep")
def sweep(dry_run: bool = True) -> None:
    """Remove what builds left that nobody came back for: resource groups, and image versions never published.

    Args:
        dry_run: Only show what would be removed.
    """
    expired = find_expired()
    cleaned = None if dry_run else remove_expired(expired)
    show_sweep(expired, cleaned)
