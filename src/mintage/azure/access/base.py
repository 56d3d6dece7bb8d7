"""What differs in Azure's part of the way into a VM."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from mintage.artifacts import Address, WinrmAddress
from mintage.azure.clients import Clients
from mintage.azure.together import Waiting
from mintage.build_plan import BuildPlan
from mintage.credentials import BuildKeys
from mintage.settings import Settings

Profile = dict[str, Any]
"""A VM's osProfile as Azure writes it."""


@dataclass(frozen=True)
class RunningVm:
    """A VM that was made, and where the builder reaches it."""

    group: str
    name: str
    host: str


class Access(Protocol):
    """The way into the VMs of one build."""

    service: str
    """What answers in the guest, for the name of the firewall's rule."""
    port: int
    """Where it answers in the guest, whatever port leads to it from outside."""

    def outside_port(self, settings: Settings) -> int:
        """The port that leads to the service from where the builder is."""

    def build_profile(self, plan: BuildPlan, keys: BuildKeys) -> Profile:
        """Who logs in to the build VM, by what."""

    def verification_profile(self, plan: BuildPlan, keys: BuildKeys, number: int) -> Profile:
        """Who logs in to the VM that proves the image; ``number`` counts from 1."""

    def build_address(
        self, clients: Clients, settings: Settings, plan: BuildPlan, keys: BuildKeys, running: RunningVm
    ) -> Waiting[Address | WinrmAddress]:
        """See that the service answers in the build VM, and say where and who it must prove to be."""
