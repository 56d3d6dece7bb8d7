"""The build VM's guest: reached, listed, generalized; each fit to be asked for again by another process."""

from __future__ import annotations

import time
from collections.abc import Callable

from mintage import packages
from mintage.artifacts import BuildVm, Check, Generalized, Inventory
from mintage.azure.clients import Clients
from mintage.azure.power import at_rest, power_state, start_if_stopped
from mintage.azure.serial_log import read_serial_log
from mintage.azure.together import finish
from mintage.build_plan import BuildPlan
from mintage.credentials import BuildKeys
from mintage.errors import LoginRefused
from mintage.generalize import Distribution, checks_from_serial_log, detect, generalize
from mintage.names import BUILD_USER
from mintage.remote.first_boot import wait_for_cloud_init
from mintage.remote.ssh import SshRemote, connect

Log = Callable[[str], None]
_MINUTES = 60
_LOGIN_SECONDS = 10 * _MINUTES
_FIRST_BOOT_SECONDS = 10 * _MINUTES
_REST_SECONDS = 20 * _MINUTES


def open_guest(clients: Clients, vm: BuildVm, keys: BuildKeys) -> SshRemote:
    """Log in to the build VM, started first if it was put away. Raises what ``remote.ssh.connect`` does."""
    start_if_stopped(clients, vm)
    return connect(vm.address, keys.user_key().private, deadline=time.monotonic() + _LOGIN_SECONDS)


def take_inventory(clients: Clients, vm: BuildVm, keys: BuildKeys) -> Inventory:
    """List what is installed once the guest's first boot is over, so that nothing disturbs what comes next.

    Raises UnsupportedGuest for what could not be generalized, before time is spent on it.
    """
    with open_guest(clients, vm, keys) as guest:
        wait_for_cloud_init(guest, time.monotonic() + _FIRST_BOOT_SECONDS)
        os_release = guest.output("cat /etc/os-release")
        distribution = detect(os_release)
        return Inventory(os_release=os_release, packages=distribution.parse_packages(_list(guest, distribution)))


def generalize_build_vm(
    clients: Clients,
    plan: BuildPlan,
    vm: BuildVm,
    keys: BuildKeys,
    before: Inventory,
    after: Inventory,
    log: Log,
) -> Generalized:
    """Generalize the guest, or find that it was and read the proof from its console.

    ``before`` and ``after`` are from before and after customizing. Raises what ``generalize.generalize`` does.
    """
    distribution = detect(after.os_release)
    try:
        checks = _proof_of_stopped(clients, plan, vm, distribution) or _generalize(clients, plan, vm, keys, log)
    except LoginRefused:
        # The account goes moments before the machine turns itself off.
        checks = _proof_of_stopped(clients, plan, vm, distribution) or ()
        if not checks:
            raise
    changes = packages.diff(before.packages, after.packages)
    return Generalized(distribution=distribution.name, checks=checks, packages=changes)


def _generalize(clients: Clients, plan: BuildPlan, vm: BuildVm, keys: BuildKeys, log: Log) -> tuple[Check, ...]:
    with open_guest(clients, vm, keys) as guest:
        return generalize(guest, plan.recipe.generalize, BUILD_USER, log).checks


def _proof_of_stopped(
    clients: Clients, plan: BuildPlan, vm: BuildVm, distribution: Distribution
) -> tuple[Check, ...] | None:
    """The proof, if the guest turned itself off after it. A VM that runs has an identity, whatever its console says."""
    found = finish(vm.resource_id, at_rest(clients, vm.resource_group, vm.name), seconds=_REST_SECONDS)
    if power_state(found) == "running":
        return None
    log = read_serial_log(clients, vm.resource_group, vm.name)
    checks = checks_from_serial_log(log, distribution.operations_for(plan.recipe.generalize))
    return checks if checks and all(check.passed for check in checks) else None


def _list(guest: SshRemote, distribution: Distribution) -> str:
    return guest.output(distribution.list_packages)
