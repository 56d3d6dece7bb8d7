"""Activation, as far as Sysprep touches it: how often it may be reset."""

from __future__ import annotations

from pydantic import BaseModel

from localazure.windows.machine.registry import Registry

PLATFORM_KEY = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SoftwareProtectionPlatform"
MOST_REARMS = 1001
"""Of Windows Server 2012 and Windows 8.1 on."""


class LicensingState(BaseModel):
    remaining_rearms: int = MOST_REARMS
    activated: bool = False


class Licensing:
    def __init__(self, state: LicensingState, registry: Registry) -> None:
        self.state, self._registry = state, registry

    @property
    def remaining_rearms(self) -> int:
        return self.state.remaining_rearms

    @property
    def skips_rearm(self) -> bool:
        return self._registry.number(PLATFORM_KEY, "SkipRearm") == 1

    def rearm(self) -> bool:
        """Reset activation; False when it was reset as often as it may be. With SkipRearm nothing is counted."""
        if self.skips_rearm:
            return True
        if self.state.remaining_rearms <= 0:
            return False
        self.state.remaining_rearms -= 1
        self.state.activated = False
        return True
