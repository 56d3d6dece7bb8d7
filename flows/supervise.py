"""Builds whose worker died with them go on; what a dead worker was to clean up is cleaned up."""

from __future__ import annotations

from prefect import flow

from tasks.supervising import look_after_builds


@flow(name="supervise")
def supervise() -> None:
    """Look after builds that nobody else looks after, and let them go on or end."""
    look_after_builds()
