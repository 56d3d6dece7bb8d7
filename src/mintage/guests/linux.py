"""Linux: over SSH, its host key known before the first connection."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from mintage import packages
from mintage.artifacts import Address, BuildVm, Check, DiskSnapshot, Generalized, Inventory, StepOutcome
from mintage.azure.clients import Clients
from mintage.azure.comeback import start_if_stopped
from mintage.azure.power import found_at_rest, power_state
from mintage.azure.serial_log import read_serial_log
from mintage.azure.still_running import Watch
from mintage.azure.together import finish
from mintage.azure.verification import VerificationVm
from mintage.begun import Begun, Record, spoil
from mintage.build_plan import BuildPlan
from mintage.credentials import BuildKeys
from mintage.customize import run_step
from mintage.errors import (
    ConnectionFailed,
    DeadlinePassed,
    GeneralizeError,
    HostKeyMismatch,
    LoginRefused,
    StepInterrupted,
)
from mintage.generalize import Distribution, checks_from_serial_log, detect, generalize
from mintage.guests.base import Attach, Log
from mintage.guests.interrupted import runs, spoil_if_stopped
from mintage.guests.turning_off import BootedAgain, wait_until_off
from mintage.names import BUILD_USER
from mintage.recipe import DirectoryStep, FileStep, LinuxRecipe, ShellStep, in_seconds
from mintage.remote.first_boot import wait_for_cloud_init
from mintage.remote.ssh import SshRemote, connect
from mintage.verify.linux import LinuxProof
from mintage.verify.specialized import SpecializedProof

_LOOK_SECONDS = 10.0


class LinuxGuest:
    """See ``base.Guest``."""

    def __init__(self, clients: Clients, plan: BuildPlan, recipe: LinuxRecipe, keys: BuildKeys) -> None:
        self._clients, self._plan, self._recipe, self._keys = clients, plan, recipe, keys

    def inventory(self, vm: BuildVm) -> Inventory:
        with self.open(vm) as guest:
            wait_for_cloud_init(guest, time.monotonic() + in_seconds(self._recipe.timeouts.first_boot))
            os_release = guest.output("cat /etc/os-release")
            distribution = self._distribution(os_release)
            installed = distribution.parse_packages(guest.output(distribution.list_packages))
            return Inventory(os_release=os_release, packages=installed)

    def run_step(
        self, vm: BuildVm, step: FileStep | DirectoryStep | ShellStep, log: Log, record: Record
    ) -> StepOutcome:
        spoil_if_stopped(self._clients, self._plan, vm, record)
        return run_step(lambda: self.open(vm), step, Path(self._plan.recipe_folder), log, record)

    def write_out(self, vm: BuildVm) -> None:
        if runs(self._clients, self._plan, vm):
            with self.open(vm) as guest:
                guest.output("sync")

    def generalize(
        self,
        vm: BuildVm,
        snapshot: DiskSnapshot,  # noqa: ARG002 - the build itself goes back to it
        before: Inventory,
        after: Inventory,
        log: Log,
        attach: Attach,  # noqa: ARG002
        record: Record,
    ) -> Generalized:
        """As ``base.Guest``; a guest that turned itself off has its proof on its console."""
        distribution = self._distribution(after.os_release)
        changes = packages.diff(before.packages, after.packages)
        if self._is_specialized:
            log("Nothing is taken away: the image is a specialized one")
            return Generalized(distribution=distribution.name, checks=(), packages=changes)
        checks = self._proof_of_stopped(vm, distribution, record)
        if not checks and record.read() is not None and not runs(self._clients, self._plan, vm):
            # Started again, it might make an identity of its own that nobody looks for.
            raise _half_generalized(vm, "it stands still without having proved itself")
        checks = checks or self._generalize_and_prove(vm, distribution, log, record)
        seconds = in_seconds(self._recipe.timeouts.change)
        try:
            wait_until_off(self._clients, vm, lambda: self._booted_again(vm, record), seconds=seconds)
        except BootedAgain as error:
            raise _half_generalized(vm, f"it proved itself, and did not stay off: {error}") from error
        return Generalized(distribution=distribution.name, checks=checks, packages=changes)

    def prove(self, vms: Sequence[VerificationVm], log: Log) -> tuple[Check, ...]:
        proof = SpecializedProof if self._is_specialized else LinuxProof
        return proof(self._clients, self._plan, self._recipe, self._keys).checks(vms, log)

    def open(self, vm: BuildVm) -> SshRemote:
        """Log in to the build VM, started first if it was put away. Raises what ``remote.ssh.connect`` does."""
        start_if_stopped(self._clients, self._plan, vm)
        return self._logged_in(vm, in_seconds(self._recipe.timeouts.login))

    @property
    def _is_specialized(self) -> bool:
        """Whether the image is to be."""
        return self._recipe.publish.definition.state == "specialized"

    def _distribution(self, os_release: str) -> Distribution:
        return detect(os_release, self._recipe.generalize, kept=self._is_specialized)

    def _logged_in(self, vm: BuildVm, seconds: float) -> SshRemote:
        if not isinstance(vm.address, Address):
            raise TypeError(vm.address)
        deadline, question = time.monotonic() + seconds, in_seconds(self._recipe.timeouts.question)
        return connect(
            vm.address,
            self._keys.user_key().private,
            deadline=deadline,
            question_timeout=question,
            meanwhile=Watch(self._clients, vm.resource_group, vm.name),
        )

    def _generalize_and_prove(
        self, vm: BuildVm, distribution: Distribution, log: Log, record: Record
    ) -> tuple[Check, ...]:
        try:
            return self._generalize(vm, log, record)
        except (LoginRefused, HostKeyMismatch) as error:
            # The account goes moments before the machine turns itself off.
            checks = self._proof_of_stopped(vm, distribution, record)
            if checks:
                return checks
            if record.read() is None:
                raise
            raise _half_generalized(vm, f"{error.what}: {error.seen}") from error
        except GeneralizeError as error:
            if record.read() is None:
                raise
            spoil(record)
            raise _half_generalized(vm, error.seen) from error

    def _generalize(self, vm: BuildVm, log: Log, record: Record) -> tuple[Check, ...]:
        with self.open(vm) as guest:
            boot_id, begun = guest.boot_id(), record.read()
            if begun is not None and (begun.spoiled or begun.boot_id != boot_id):
                raise _half_generalized(vm, f"it was begun in boot {begun.boot_id}, and this is boot {boot_id}")

            def note() -> None:
                record.write(Begun(boot_id=boot_id))

            folder = Path(self._plan.recipe_folder)
            options, provisioned = self._recipe.generalize, not vm.specialized
            return generalize(guest, options, folder, BUILD_USER, log, note, provisioned=provisioned).checks

    def _booted_again(self, vm: BuildVm, record: Record) -> bool:
        """Whether another boot answers than that in which it was generalized. One that goes down answers nobody."""
        begun = record.read()
        try:
            with self._logged_in(vm, _LOOK_SECONDS) as guest:
                return begun is not None and guest.boot_id() != begun.boot_id
        except HostKeyMismatch:
            return True
        except (LoginRefused, ConnectionFailed, DeadlinePassed):
            return False

    def _proof_of_stopped(self, vm: BuildVm, distribution: Distribution, record: Record) -> tuple[Check, ...] | None:
        """The proof of what was begun, if the guest turned itself off after it.

        One that runs has an identity, whatever it wrote.
        """
        begun = record.read()
        if begun is None:
            return None
        waiting = found_at_rest(self._clients, vm.resource_group, vm.name)
        found = finish(vm.resource_id, waiting, seconds=in_seconds(self._recipe.timeouts.change))
        if found is None or power_state(found) == "running":
            return None
        log = read_serial_log(self._clients, vm.resource_group, vm.name)
        asked = distribution.operations_for(self._recipe.generalize)
        checks = checks_from_serial_log(log, asked, begun.boot_id)
        return checks if checks and all(check.passed for check in checks) else None


def _half_generalized(vm: BuildVm, seen: str) -> StepInterrupted:
    return StepInterrupted(
        "The guest was generalized half-way",
        where=vm.resource_id,
        seen=seen,
        remedy="the build goes back to the snapshot by itself, and generalizes again",
    )
