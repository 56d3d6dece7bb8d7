"""The guests of a build, with an eye on their VM: what is to be seen of it when something goes wrong in one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from mintage.artifacts import BuildVm, Check, DiskSnapshot, Generalized, Inventory, StepOutcome
from mintage.azure.verification import VerificationVm
from mintage.begun import Record
from mintage.guests.base import Attach, Guest, Log


class WatchedGuest:
    """See ``base.Guest``: does what ``guest`` does on the build VM within ``watch``, which may raise another error."""

    def __init__(self, guest: Guest, watch: Callable[[BuildVm], AbstractContextManager[None]]) -> None:
        self._guest, self._watch = guest, watch

    def inventory(self, vm: BuildVm) -> Inventory:
        with self._watch(vm):
            return self._guest.inventory(vm)

    def run_step(self, vm: BuildVm, step: Any, log: Log, record: Record) -> StepOutcome:  # noqa: ANN401 - as ``base``
        with self._watch(vm):
            return self._guest.run_step(vm, step, log, record)

    def write_out(self, vm: BuildVm) -> None:
        with self._watch(vm):
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
        with self._watch(vm):
            return self._guest.generalize(vm, snapshot, before, after, log, attach, record)

    def prove(self, vms: Sequence[VerificationVm], log: Log) -> tuple[Check, ...]:
        """These VMs are watched by who asks them."""
        return self._guest.prove(vms, log)
