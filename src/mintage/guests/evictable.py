"""The guests of a build whose VM Azure may take back at any moment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mintage.artifacts import BuildVm, Check, DiskSnapshot, Generalized, Inventory, StepOutcome
from mintage.azure.clients import Clients
from mintage.azure.eviction import noticing_eviction
from mintage.azure.verification import VerificationVm
from mintage.begun import Record
from mintage.guests.base import Attach, Guest, Log


class EvictableGuest:
    """See ``base.Guest``: does what ``guest`` does, and raises Evicted where that failed because of an eviction."""

    def __init__(self, clients: Clients, guest: Guest) -> None:
        self._clients, self._guest = clients, guest

    def inventory(self, vm: BuildVm) -> Inventory:
        with noticing_eviction(self._clients, vm):
            return self._guest.inventory(vm)

    def run_step(self, vm: BuildVm, step: Any, log: Log, record: Record) -> StepOutcome:  # noqa: ANN401 - as ``base``
        with noticing_eviction(self._clients, vm):
            return self._guest.run_step(vm, step, log, record)

    def write_out(self, vm: BuildVm) -> None:
        with noticing_eviction(self._clients, vm):
            self._guest.write_out(vm)

    def generalize(
        self,
        vm: BuildVm,
        snapshot: DiskSnapshot,
        before: Inventory,
        after: Inventory,
        log: Log,
        attach: Attach,
        record: Record,
    ) -> Generalized:
        with noticing_eviction(self._clients, vm):
            return self._guest.generalize(vm, snapshot, before, after, log, attach, record)

    def prove(self, vms: Sequence[VerificationVm], log: Log) -> tuple[Check, ...]:
        """The VMs that prove an image are never Spot VMs."""
        return self._guest.prove(vms, log)
