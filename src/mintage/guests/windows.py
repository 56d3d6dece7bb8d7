"""Windows: over WinRM with the certificate the VM made, and through Azure's Run Command where that is not open."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from mintage import packages
from mintage.artifacts import BuildVm, Check, DiskSnapshot, Generalized, Inventory, StepOutcome
from mintage.azure.clients import Clients
from mintage.azure.verification import VerificationVm
from mintage.begun import Record
from mintage.build_plan import BuildPlan
from mintage.credentials import BuildKeys
from mintage.customize_windows import run_windows_step
from mintage.guests.base import Attach, Log
from mintage.guests.interrupted import runs, spoil_if_stopped
from mintage.guests.windows_connection import BuildConnection
from mintage.guests.windows_generalize import WindowsGeneralizing
from mintage.powershell.inventory import take_inventory
from mintage.powershell.scripts import WRITE_OUT, script
from mintage.recipe import WindowsRecipe, WindowsStep, in_seconds
from mintage.remote.windows import Connect
from mintage.verify.windows import WindowsProof


class WindowsGuest:
    """See ``base.Guest``. ``connect`` opens WinRM connections."""

    def __init__(
        self, clients: Clients, plan: BuildPlan, recipe: WindowsRecipe, keys: BuildKeys, connect: Connect
    ) -> None:
        self._clients, self._plan, self._recipe, self._keys = clients, plan, recipe, keys
        self._connect = connect

    def inventory(self, vm: BuildVm) -> Inventory:
        with closing(self._connection(vm).started()) as remote:
            return take_inventory(remote)

    def run_step(self, vm: BuildVm, step: WindowsStep, log: Log, record: Record) -> StepOutcome:
        spoil_if_stopped(self._clients, self._plan, vm, record)
        return run_windows_step(self._connection(vm).started, step, Path(self._plan.recipe_folder), log, record)

    def write_out(self, vm: BuildVm) -> None:
        if runs(self._clients, self._plan, vm):
            with closing(self._connection(vm).started()) as remote:
                remote.output(script(WRITE_OUT) + "Write-ToDisk")

    def generalize(
        self,
        vm: BuildVm,
        snapshot: DiskSnapshot,
        before: Inventory,
        after: Inventory,
        log: Log,
        attach: Attach,
        record: Record,  # noqa: ARG002 - a mark on the VM tells
    ) -> Generalized:
        """As ``base.Guest``; the disk is put back from ``snapshot`` when Sysprep fails."""
        checks = self.generalizing(vm, log, attach).carry_out(snapshot)
        changes = packages.diff(before.packages, after.packages)
        return Generalized(distribution=after.os_release, checks=checks, packages=changes)

    def generalizing(self, vm: BuildVm, log: Log, attach: Attach) -> WindowsGeneralizing:
        """The parts of ``generalize``, for who wants to look at the VM in between."""
        password = self._keys.administrator_password()
        connection, options = self._connection(vm), self._recipe.generalize
        return WindowsGeneralizing(self._clients, self._plan, vm, connection, password, options, log, attach)

    def prove(self, vms: Sequence[VerificationVm], log: Log) -> tuple[Check, ...]:
        return WindowsProof(self._clients, self._plan, self._recipe, self._keys, self._connect).checks(vms, log)

    def _connection(self, vm: BuildVm) -> BuildConnection:
        seconds = in_seconds(self._recipe.connection.timeout)
        return BuildConnection(self._clients, self._plan, vm, self._connect, seconds)
