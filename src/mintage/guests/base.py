"""What a build does in a guest, whatever its operating system."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from mintage.artifacts import BuildVm, Check, DiskSnapshot, Generalized, Inventory, StepOutcome
from mintage.azure.verification import VerificationVm
from mintage.begun import Record

Log = Callable[[str], None]
Attach = Callable[[str, str], None]
"""Shows a text to those who look at the run, under a name such as ``setuperr.log``."""


class Guest(Protocol):
    """The guests of one build. Each of these may be asked for again by another process, and goes on.

    All raise ConnectionFailed and DeadlinePassed, which are worth another call.
    """

    def inventory(self, vm: BuildVm) -> Inventory:
        """List what is installed once the guest's first boot is over, so that nothing disturbs what comes next.

        Raises UnsupportedGuest for what could not be generalized, before time is spent on it.
        """

    def run_step(self, vm: BuildVm, step: Any, log: Log, record: Record) -> StepOutcome:  # noqa: ANN401 - each system has its own
        """Do one step of the recipe, or go on with it as ``record`` says it was begun.

        Raises CommandFailed, RecipeError when a file is gone, StepInterrupted when it was cut short and may not run
        again.
        """

    def write_out(self, vm: BuildVm) -> None:
        """Have the guest write to its disk what it still has in memory only, if it runs."""

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
        """Take the machine's identity away and prove it, or find that it was done.

        ``snapshot`` is of the disk as it is now; ``before`` and ``after`` are from before and after customizing.
        Raises GeneralizeError, and StepInterrupted when the disk is half-done and must be put back first.
        """

    def prove(self, vms: Sequence[VerificationVm], log: Log) -> tuple[Check, ...]:
        """Put all questions to the VMs booted from the captured image, those that compare them with one another too."""
