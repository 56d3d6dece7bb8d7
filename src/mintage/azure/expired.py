"""Something that a build left."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from mintage.artifacts import Artifact


class Expired(Artifact):
    """What it is, of which build, and why the sweeper leaves it, if it does."""

    kind: Literal["build", "image version", "managed image", "resource"]
    """A build's resource group, an image that was never published, or what is outside of both."""
    resource_id: str
    name: str
    build_id: str
    recipe: str
    begun: datetime | None = None
    """When its build began, where that was written down."""
    expires: datetime | None
    monthly_usd: float | None = None
    """An estimate; see ``costs``."""
    obstacle: str = ""
