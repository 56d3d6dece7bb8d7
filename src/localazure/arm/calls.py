"""A request as the providers see it, and what they answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from localazure.arm.ids import ResourceId


@dataclass(frozen=True)
class Call:
    """An authenticated request, parsed."""

    method: str
    path: str
    api_version: str
    query: dict[str, str]
    """Lower-case names, without the dollar sign: ``expand``, ``top``, ``filter``."""
    body: Any
    base_url: str
    """Scheme, host and port the client used, for the URLs in the answer."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Target:
    """What a path names: a resource, or all of a type under ``scope``; and the action asked for, if any."""

    full_type: str
    scope: ResourceId
    resource: ResourceId | None = None
    action: str | None = None
