"""What makes Sysprep fail, put on a machine as it gets there in life."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from localazure.hypervisor.mishaps import SysprepCauseName
from localazure.windows.machine.appx import AppxPackage
from localazure.windows.machine.machine import Machine
from localazure.windows.machine.services import StartType
from localazure.windows.sysprep.generalize import RECOVERY, SENSE_KEY
from localazure.windows.sysprep.steps import SYSTEM32

_AGENT_SERVICES = ("RdAgent", "WindowsAzureGuestAgent")
_HALF_WAY = 3


def _per_user_appx(machine: Machine) -> None:
    """Installed for the first user whose account is enabled, and for nobody else."""
    user = next(each for each in machine.users.users() if each.enabled)
    machine.appx.install(AppxPackage(name="Contoso.Editor", version="1.2.3.0"), machine.users.sid(user))


def _half_way(machine: Machine) -> None:
    machine.identity.set_generalization_state(_HALF_WAY)


def _rearm_exhausted(machine: Machine) -> None:
    machine.licensing.state.remaining_rearms = 0


def _bitlocker(machine: Machine) -> None:
    """As on a new device that waits for an account to keep its recovery key."""
    machine.volumes.encrypt("C", protected=False)


def _servicing_active(machine: Machine) -> None:
    machine.servicing.work_without_end()


def _uninstall_path_missing(machine: Machine) -> None:
    _delete(machine, RECOVERY)


def _defender_for_endpoint(machine: Machine) -> None:
    machine.registry.set(SENSE_KEY, "senseGuid", "{5c1b9e7a-0000-4000-8000-000000000001}")
    machine.registry.set(rf"{SENSE_KEY}\Status", "OnboardingState", 1)


def _dsc_cleanup(machine: Machine) -> None:
    _delete(machine, rf"{SYSTEM32}\DscCore.dll")


def _agent_provider(machine: Machine) -> None:
    _delete(machine, rf"{SYSTEM32}\VMAgentDisabler.dll")


def _update_service(machine: Machine) -> None:
    machine.services.set_start_type("wuauserv", StartType.DISABLED)


def _agent_missing(machine: Machine) -> None:
    for name in _AGENT_SERVICES:
        if machine.services.find(name) is not None:
            machine.services.delete(name)


def _file_operations_pending(machine: Machine) -> None:
    machine.servicing.rename_at_boot(r"C:\Windows\Temp\driver.tmp", r"C:\Windows\System32\drivers\driver.sys")


def _restart_pending(machine: Machine) -> None:
    machine.servicing.require_reboot(by_update=True)


def _delete(machine: Machine, path: str) -> None:
    if machine.files.exists(path):
        machine.files.delete(path)


CAUSES: Mapping[SysprepCauseName, Callable[[Machine], None]] = {
    "per-user-appx": _per_user_appx,
    "half-way": _half_way,
    "rearm-exhausted": _rearm_exhausted,
    "bitlocker": _bitlocker,
    "servicing-active": _servicing_active,
    "uninstall-path-missing": _uninstall_path_missing,
    "defender-for-endpoint": _defender_for_endpoint,
    "dsc-cleanup": _dsc_cleanup,
    "agent-provider": _agent_provider,
    "update-service": _update_service,
    "agent-missing": _agent_missing,
    "file-operations-pending": _file_operations_pending,
    "restart-pending": _restart_pending,
}
