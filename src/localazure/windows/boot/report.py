"""How a boot went, for whoever runs the machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class BootReport:
    kind: Literal["first", "plain", "stuck"]
    """First: specialize and OOBE were gone through. Stuck: no desktop, no services, nobody can log on."""
    ready: bool
    """The agent would report Ready."""
    failure: str | None
    """Why provisioning failed, in Azure's terms; None when it did not."""
    console: str
    """What the serial console shows of this boot."""
