"""Generalizing a Windows build VM: attempts with Sysprep, each from the snapshot's disk, until one succeeds."""

from __future__ import annotations

import time
from contextlib import closing, suppress
from dataclasses import dataclass

from mintage.artifacts import BuildVm, Check, DiskSnapshot
from mintage.azure.clients import Clients
from mintage.azure.ensure import Document
from mintage.azure.marks import set_sysprep_mark, sysprep_mark
from mintage.azure.power import power_state, powered_off, there_at_rest
from mintage.azure.restore import restore
from mintage.azure.together import Waiting, finish
from mintage.build_plan import BuildPlan
from mintage.credentials import Secret
from mintage.errors import GeneralizeError, GuestSilent, MachineStopped
from mintage.generalize.windows.finish import finish_guest, proof_of_earlier, turn_off
from mintage.generalize.windows.preflight import make_ready, remove_appx
from mintage.generalize.windows.sysprep import COMPLETE, GENERALIZED, Sysprep, SysprepFailed
from mintage.guests.base import Attach, Log
from mintage.guests.turning_off import BootedAgain, wait_until_off
from mintage.guests.windows_connection import BuildConnection, Unanswered
from mintage.names import BUILD_USER
from mintage.recipe import WindowsGeneralize, in_seconds
from mintage.remote.windows import WindowsRemote

_RECONNECT_SECONDS = 60.0
BEGUN, PROVED = "begun", "proved"


@dataclass
class WindowsGeneralizing:
    """One call of the step; the VM's mark says what calls before it came to."""

    clients: Clients
    plan: BuildPlan
    vm: BuildVm
    connection: BuildConnection
    password: Secret
    options: WindowsGeneralize
    log: Log
    attach: Attach

    def carry_out(self, snapshot: DiskSnapshot) -> tuple[Check, ...]:
        """The proof. Raises GeneralizeError with the diagnosis, after the last attempt with the disk put back."""
        found = finish(self.vm.resource_id, self._at_rest(), seconds=in_seconds(self.plan.recipe.timeouts.change))
        mark, runs = sysprep_mark(found), power_state(found) == "running"
        if mark == PROVED and not runs:
            return proof_of_earlier(keep_logs=self.options.keep_logs)
        self._seal_from(snapshot, mark, runs=runs)
        checks = self.prove()
        try:
            self.put_away()
        except BootedAgain as error:
            self._put_back(snapshot, f"the VM was generalized, and did not stay off: {error}")
            raise self._booted_again(error) from error
        return checks

    def prove(self) -> tuple[Check, ...]:
        """Remove what the build left in the sealed VM, and prove that; it still runs then."""
        return finish_guest(self.connection.by_azure, BUILD_USER, keep_logs=self.options.keep_logs)

    def put_away(self) -> None:
        """Have the proved VM turn itself off before it is marked: nothing boots what is marked again.

        Azure's own way would not tell a VM that went from one that lost its power, and booted before it went.
        Raises BootedAgain when it goes on to run.
        """
        seconds = in_seconds(self.plan.recipe.timeouts.change)
        try:
            with suppress(MachineStopped):
                turn_off(self.connection.answer_by_azure)
        except Unanswered as silent:
            raise BootedAgain(f"it is up, and nothing in it answers: {silent}") from silent
        wait_until_off(self.clients, self.vm, lambda: False, seconds=seconds)
        off = powered_off(self.clients, self.vm.resource_group, self.vm.name)
        finish(self.vm.resource_id, off, seconds=seconds)
        set_sysprep_mark(self.clients, self.plan, self.vm, PROVED)

    def seal(self, snapshot: DiskSnapshot) -> None:
        """Have Sysprep generalize the VM, which goes on to run. Raises as ``carry_out``."""
        self._attempts(snapshot, begun=False)

    def _seal_from(self, snapshot: DiskSnapshot, mark: str, *, runs: bool) -> None:
        """As ``seal``, from where an earlier call left the VM."""
        # Started again, a generalized disk becomes a machine with an identity of its own.
        if mark == PROVED:
            self._put_back(snapshot, "the VM was generalized, and started again")
        elif mark == BEGUN and not runs:
            self._put_back(snapshot, "the VM was put away while Sysprep was at work")
        elif mark == BEGUN:
            return self._attempts(snapshot, begun=True)
        return self.seal(snapshot)

    def _attempts(self, snapshot: DiskSnapshot, *, begun: bool) -> None:
        cure: SysprepFailed | None = None
        for number in range(1, self.options.attempts + 1):
            try:
                self._attempt(cure, begun=begun)
            except SysprepFailed as failed:
                self._show(failed)
                self._put_back(snapshot, str(failed))
                if number == self.options.attempts or not self._can_cure(failed):
                    raise self._error(failed, number) from failed
                cure = failed
            except Unanswered as silent:
                # A generalized Windows whose host failed boots to its questions, and nobody is there to give answers.
                self._put_back(snapshot, f"nothing in the VM answers since Sysprep was begun: {silent}")
                if number == self.options.attempts:
                    raise self._silent(silent) from silent
            else:
                return
            begun = False
            self.log(f"generalize: trying again, attempt {number + 1} of {self.options.attempts}")

    def _attempt(self, cure: SysprepFailed | None, *, begun: bool) -> None:
        sysprep = Sysprep(self._reconnect, self.connection.answer_by_azure, self.log, pause=self.clients.poll_seconds)
        state = self._earlier_state(sysprep) if begun else COMPLETE
        if state == GENERALIZED:
            return
        if state == COMPLETE:
            self._begin(sysprep, cure)
        sysprep.follow(in_seconds(self.options.timeout))

    def _begin(self, sysprep: Sysprep, cure: SysprepFailed | None) -> None:
        with closing(self.connection.started()) as remote:
            known = cure.diagnosis.known if cure else None
            if cure and known and known.fix == "appx":
                remove_appx(remote, cure.diagnosis.details, self.log)
            allowed = {*self.options.fix, *([known.fix] if known and known.fix else [])}
            seconds = in_seconds(self.plan.recipe.timeouts.preflight)
            make_ready(remote, allowed, self.log, time.monotonic() + seconds)
            set_sysprep_mark(self.clients, self.plan, self.vm, BEGUN)
            minutes = int(in_seconds(self.options.timeout) // 60) + 1
            sysprep.start(remote, self.password, minutes)

    def _earlier_state(self, sysprep: Sysprep) -> str:
        """What an earlier call's Sysprep came to: it may have taken the way in, so nothing waits for that."""
        try:
            status = sysprep.status()
        finally:
            sysprep.close()
        self.log(f"generalize: an earlier attempt left ImageState {status.image_state}")
        return "" if status.running else status.image_state

    def _can_cure(self, failed: SysprepFailed) -> bool:
        known = failed.diagnosis.known
        return known.restored or (known.fix is not None and known.fix in self.options.fix)

    def _put_back(self, snapshot: DiskSnapshot, why: str) -> None:
        self.log(f"generalize: {why}; putting the disk back as it was before")
        restore(self.clients, self.plan, self.vm, snapshot)

    def _show(self, failed: SysprepFailed) -> None:
        for name, text in (("setuperr.log", failed.errors), ("setupact.log", failed.actions)):
            self.attach(name, text or "(empty)")

    def _error(self, failed: SysprepFailed, attempts: int) -> GeneralizeError:
        ends = failed.errors.strip() or failed.actions.strip()
        return GeneralizeError(
            f"Sysprep failed: {failed.diagnosis}",
            where=self.vm.resource_id,
            seen=f"attempt {attempts}: {failed.seen}\n{ends[-1500:]}",
            remedy=f"{failed.diagnosis.known.remedy}. Both logs are attached to the run; the disk is as before",
        )

    def _silent(self, silent: Unanswered) -> GuestSilent:
        return GuestSilent(
            "The VM took no questions any more once Sysprep was begun",
            where=self.vm.resource_id,
            seen=str(silent),
            remedy="the disk is as before: run the step again; if in vain, see what the recipe does to the agent",
        )

    def _booted_again(self, error: BootedAgain) -> GuestSilent:
        return GuestSilent(
            "The generalized VM did not stay off",
            where=self.vm.resource_id,
            seen=str(error),
            remedy="the disk is as before: run the step again",
        )

    def _reconnect(self) -> WindowsRemote:
        return self.connection.open(_RECONNECT_SECONDS)

    def _at_rest(self) -> Waiting[Document]:
        return there_at_rest(self.clients, self.vm)
