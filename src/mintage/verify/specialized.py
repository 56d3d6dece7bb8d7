"""The questions to VMs booted from a specialized image: each is the build VM again, with all that was put into it.

Azure gives them no account and no key. The build's own are in the image, and Azure's agent tells the host key, as it
does of a source that is specialized (docs/adr/0009): cloud-init may take the disk in another machine for a new
instance, and make it new ones.
"""

from __future__ import annotations

from dataclasses import dataclass

from mintage.artifacts import Address, Check
from mintage.azure.access import RunningVm
from mintage.azure.access.let_in import told_host_key
from mintage.azure.still_running import Watch, while_running
from mintage.azure.together import finish
from mintage.azure.verification import VerificationVm
from mintage.recipe import in_seconds
from mintage.verify.facts import Expected, Facts
from mintage.verify.image_checks import (
    Judge,
    agent,
    architecture,
    crash_data,
    host_keys,
    kept_account,
    machine_id,
    serial_console,
    swap,
)
from mintage.verify.linux import LinuxProof

JUDGES: tuple[Judge, ...] = (
    machine_id, host_keys, kept_account, swap, crash_data, serial_console, architecture, agent,
)  # fmt: skip
"""What a specialized image must be too. It keeps identity, accounts and logs: that they are gone is not asked."""


@dataclass(frozen=True)
class SpecializedProof(LinuxProof):
    """See ``LinuxProof``."""

    def login(self, vm: VerificationVm, deadline: float) -> tuple[Address, str]:  # noqa: ARG002 - Azure has its own
        running = RunningVm(vm.resource_group, vm.name, vm.host)
        seconds = in_seconds(self.recipe.timeouts.run_command)
        telling = while_running(Watch(self.clients, running.group, running.name), told_host_key(self.clients, running))
        host_key = finish(vm.resource_id, telling, seconds=seconds)
        address = Address(host=vm.host, port=vm.port, user=vm.user, host_key=host_key)
        return address, self.keys.user_key().private

    @property
    def known_keys(self) -> tuple[str, ...]:
        return (self.keys.user_key().public,)

    def judged(self, facts: Facts, expected: Expected) -> tuple[Check, ...]:
        return tuple(judge(facts, expected) for judge in JUDGES)

    def compared(self, first: Facts, second: Facts) -> tuple[Check, ...]:
        """They are one machine twice."""
        passed = first.machine_id == second.machine_id
        remedy = "" if passed else "Something in the image makes a machine id at each first boot: find and remove it."
        seen = f"{first.machine_id or 'none'} and {second.machine_id or 'none'}"
        return (Check(name="same-machine-ids", passed=passed, seen=seen, remedy=remedy),)
