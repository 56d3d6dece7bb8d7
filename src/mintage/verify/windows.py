"""The questions to Windows VMs booted from a captured image."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from mintage.artifacts import Check, WinrmAddress
from mintage.azure.access import RunningVm
from mintage.azure.access.windows import opened
from mintage.azure.clients import Clients
from mintage.azure.last_seen import telling_last_seen
from mintage.azure.still_running import Watch, while_running
from mintage.azure.together import Waiting, finish_all
from mintage.azure.verification import VerificationVm
from mintage.build_plan import BuildPlan
from mintage.credentials import BuildKeys
from mintage.customize_windows import run_command
from mintage.errors import CommandFailed, DeadlinePassed
from mintage.names import BUILD_USER, VERIFICATION_USER
from mintage.recipe import WindowsRecipe, WindowsTest, in_seconds
from mintage.remote.windows import Connect, WindowsRemote
from mintage.remote.winrm.credential import Credential
from mintage.verify.recipe_tests import OF_RECIPE, named
from mintage.verify.windows_checks import check_windows, windows_differ
from mintage.verify.windows_facts import WindowsExpected, WindowsFacts, gather_windows
from mintage.windows_login import credential_of

Log = Callable[[str], None]


@dataclass(frozen=True)
class WindowsProof:
    """All that is asked of the verification VMs of one build."""

    clients: Clients
    plan: BuildPlan
    recipe: WindowsRecipe
    keys: BuildKeys
    connect: Connect

    def checks(self, vms: Sequence[VerificationVm], log: Log) -> tuple[Check, ...]:
        deadline = time.monotonic() + in_seconds(self.recipe.verify.boot_timeout)
        addresses = self._opened(vms, deadline - time.monotonic())
        asked = [
            self._ask(vm, number, addresses[vm.resource_id], deadline, log) for number, vm in enumerate(vms, start=1)
        ]
        return (*(check for _, found in asked for check in found), *windows_differ(asked[0][0], asked[1][0]))

    def _opened(self, vms: Sequence[VerificationVm], seconds: float) -> dict[str, WinrmAddress]:
        opening = {vm.resource_id: while_running(self._watch(vm), self._opening(vm)) for vm in vms}
        with telling_last_seen(self.clients, self.plan.names.group, *(vm.name for vm in vms)):
            return finish_all(opening, seconds=seconds)

    def _opening(self, vm: VerificationVm) -> Waiting[WinrmAddress]:
        running = RunningVm(vm.resource_group, vm.name, vm.host)
        return opened(self.clients, running, vm.port, VERIFICATION_USER, self._credential)

    def _watch(self, vm: VerificationVm) -> Watch:
        return Watch(self.clients, vm.resource_group, vm.name)

    @property
    def _credential(self) -> Credential:
        return credential_of(self.plan, self.recipe, self.keys, VERIFICATION_USER)

    def _ask(
        self, vm: VerificationVm, number: int, address: WinrmAddress, deadline: float, log: Log
    ) -> tuple[WindowsFacts, tuple[Check, ...]]:
        log(f"{vm.name} showed its certificate; logging in")
        own = own_thumbprints(address, self._credential)
        expected = WindowsExpected(BUILD_USER, self.plan.names.computer(number), own)
        with (
            telling_last_seen(self.clients, vm.resource_group, vm.name),
            closing(self.connect(address, deadline, self._watch(vm))) as remote,
        ):
            facts = gather_windows(remote, expected)
            tests = run_windows_tests(
                remote,
                self.recipe.verify.tests,
                Path(self.plan.recipe_folder),
                lambda line: log(f"{vm.name}: {line}"),
            )
        return facts, named(vm.name, (*check_windows(facts, expected), *tests))


def run_windows_tests(
    remote: WindowsRemote, tests: tuple[WindowsTest, ...], folder: Path, log: Log
) -> tuple[Check, ...]:
    """As ``recipe_tests.run_recipe_tests``."""
    return tuple(_run(remote, test, folder, log) for test in tests)


def own_thumbprints(address: WinrmAddress, credential: Credential) -> tuple[str, ...]:
    """Of the certificates that the VM has for its own proof."""
    client = credential.certificate.certificate if credential.certificate else None
    return tuple(_thumbprint(each) for each in (address.certificate, client) if each)


def _thumbprint(certificate: str) -> str:
    """What Windows knows the certificate (PEM) by: SHA-1 of its DER, in capitals."""
    body = "".join(line for line in certificate.splitlines() if not line.startswith("-----"))
    return hashlib.sha1(base64.b64decode(body), usedforsecurity=False).hexdigest().upper()


def _run(remote: WindowsRemote, test: WindowsTest, folder: Path, log: Log) -> Check:
    name = f"{OF_RECIPE}{test.name}"
    try:
        result = run_command(remote, test, folder, log)
    except (CommandFailed, DeadlinePassed) as error:
        seen = f"{error.what}\n{error.seen}"
        return Check(name=name, passed=False, seen=seen, remedy="Mend the image, or the test, in the recipe.")
    return Check(name=name, passed=True, seen=f"exit code {result.exit_code}")
