"""The questions to Linux VMs booted from a captured image."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from mintage.artifacts import Address, Check
from mintage.azure.clients import Clients
from mintage.azure.last_seen import telling_last_seen
from mintage.azure.still_running import Watch
from mintage.azure.verification import VerificationVm, wait_for_agent, wait_for_host_keys
from mintage.build_plan import BuildPlan
from mintage.credentials import BuildKeys
from mintage.errors import DeadlinePassed
from mintage.names import BUILD_USER
from mintage.recipe import LinuxRecipe, in_seconds
from mintage.remote.first_boot import wait_for_cloud_init
from mintage.remote.ssh import SshRemote, connect
from mintage.verify.facts import Expected, Facts, gather
from mintage.verify.identity import identities_differ
from mintage.verify.image_checks import check_image
from mintage.verify.recipe_tests import named, run_recipe_tests

Log = Callable[[str], None]


@dataclass(frozen=True)
class LinuxProof:
    """All that is asked of the verification VMs of one build."""

    clients: Clients
    plan: BuildPlan
    recipe: LinuxRecipe
    keys: BuildKeys

    def checks(self, vms: Sequence[VerificationVm], log: Log) -> tuple[Check, ...]:
        asked = [self._ask(vm, log) for vm in vms]
        # Last, since agents report a while after the login works.
        deadline = self._deadline()
        ready = [_agent_ready(self.clients, vm, deadline) for vm in vms]
        found = (check for _, checks in asked for check in checks)
        return (*found, *ready, *self.compared(asked[0][0], asked[1][0]))

    def login(self, vm: VerificationVm, deadline: float) -> tuple[Address, str]:
        """Where the guest answers and who it is, once it told; and the private key that it takes."""
        return wait_for_host_keys(self.clients, vm, deadline - time.monotonic()), self.keys.verification_key().private

    @property
    def known_keys(self) -> tuple[str, ...]:
        """The public keys that may log in to the VMs."""
        return (self.keys.verification_key().public,)

    def judged(self, facts: Facts, expected: Expected) -> tuple[Check, ...]:
        """What is asked of each VM alone."""
        return check_image(facts, expected)

    def compared(self, first: Facts, second: Facts) -> tuple[Check, ...]:
        return identities_differ(first, second)

    def _deadline(self) -> float:
        return time.monotonic() + in_seconds(self.recipe.verify.boot_timeout)

    def _ask(self, vm: VerificationVm, log: Log) -> tuple[Facts, tuple[Check, ...]]:
        deadline, question = self._deadline(), in_seconds(self.recipe.timeouts.question)
        with telling_last_seen(self.clients, vm.resource_group, vm.name):
            address, key = self.login(vm, deadline)
            log(f"{vm.name} told its host key; logging in")
            watch = Watch(self.clients, vm.resource_group, vm.name)
            with connect(address, key, deadline=deadline, question_timeout=question, meanwhile=watch) as guest:
                wait_for_cloud_init(guest, deadline)
                return self._checks(guest, vm, lambda line: log(f"{vm.name}: {line}"))

    def _checks(self, guest: SshRemote, vm: VerificationVm, log: Log) -> tuple[Facts, tuple[Check, ...]]:
        expected = Expected(
            build_user=BUILD_USER,
            build_host_key=self.keys.host_key(self.plan.names.vm).public,
            authorized_keys=self.known_keys,
            host_name=vm.name,
            keep_logs=self.recipe.generalize.keep_logs,
            keep_package_cache=self.recipe.generalize.keep_package_cache,
        )
        facts = gather(guest, expected)
        tests = run_recipe_tests(guest, self.recipe.verify.tests, Path(self.plan.recipe_folder), log)
        return facts, named(vm.name, (*self.judged(facts, expected), *tests))


def _agent_ready(clients: Clients, vm: VerificationVm, deadline: float) -> Check:
    """Whether Azure hears of the agent: without it there are no extensions, and no Run Command."""
    name = f"{vm.name}: agent-ready"
    try:
        with telling_last_seen(clients, vm.resource_group, vm.name):
            seen = wait_for_agent(clients, vm, deadline - time.monotonic())
    except DeadlinePassed as late:
        return Check(name=name, passed=False, seen=late.seen, remedy=late.remedy)
    return Check(name=name, passed=True, seen=seen)
