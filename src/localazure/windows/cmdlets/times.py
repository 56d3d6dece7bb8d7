"""Moments between the machine, which has them in UTC, and PowerShell, whose objects have local time.

The model's time zone is that of a new Azure VM: UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime


def local(moment: datetime | None) -> datetime | None:
    """A moment of the machine as a DateTime of kind Local."""
    return None if moment is None else moment.astimezone(UTC).replace(tzinfo=None)


def utc(moment: datetime) -> datetime:
    """A DateTime, local where it does not say, as a moment of the machine."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
