"""What NTFS knows of a file that the host's file system does not keep."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel


class FileAttributes(BaseModel):
    created: datetime | None = None
    """None: as old as its content."""
    read_only: bool = False
    hidden: bool = False
    system: bool = False
