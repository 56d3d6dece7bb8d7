"""What Sysprep checks before it changes anything: a machine that fails here is as it was.

Server roles that Microsoft does not support with Sysprep (learn.microsoft.com, "Sysprep Support for Server Roles") are
not among it: Windows generalizes such a machine, and what comes of it is not a working server.
"""

from __future__ import annotations

from collections.abc import Callable

from localazure.windows.machine.services import StartType
from localazure.windows.sysprep.steps import Run, StepFailed, failed, launched, succeeded

_RESERVES, _OPK = "Sysprep_Clean_Validate_Opk", "spopk.dll"
_BITLOCKER, _BDE = "ValidateBitLockerState", "BdeSysprep.dll"
_APPS, _APPX = "SysprepGeneralizeValidate", "AppxSysprep.dll"


def validate_cleanup(run: Run) -> None:
    launched(run, _RESERVES, _OPK)
    if run.machine.servicing.active:
        run.panther.error(
            f"{_RESERVES}: Audit mode cannot be turned on if reserved storage is in use. "
            "An update or servicing operation may be using reserved storage.; hr = 0x800F0975"
        )
        raise failed(run, _RESERVES, _OPK, "0x975", 0x800F0975)
    pending = run.machine.servicing.reboot_pending
    if pending:
        run.panther.error(_pending_text(pending), 0x0F0036)
        raise failed(run, _RESERVES, _OPK, "0x139f", 0x8007139F)
    run.panther.info(f"{_RESERVES}: Successfully validated reserves state on the machine for entering audit mode.")
    succeeded(run, _RESERVES, _OPK)


def validate_generalize(run: Run) -> None:
    _bitlocker(run)
    _apps(run)


def _pending_text(pending: list[str]) -> str:
    if any("PendingFileRename" in path for path in pending):
        # What Windows writes here is not published; the words are those that people search for.
        return "spopk.dll:: File operations pending. To run Sysprep, reboot the computer and restart the application."
    return (
        "spopk.dll:: There are one or more Windows updates that require a reboot. "
        "To run Sysprep, reboot the computer and restart the application."
    )


def _bitlocker(run: Run) -> None:
    launched(run, _BITLOCKER, _BDE)
    if run.machine.volumes.status("C") != "FullyDecrypted":
        run.panther.error(
            "BitLocker-Sysprep: BitLocker is on for the OS volume. Turn BitLocker off to run Sysprep. (0x80310039)"
        )
        raise failed(run, _BITLOCKER, _BDE, "0x80310039", 0x80310039)
    succeeded(run, _BITLOCKER, _BDE)


def _apps(run: Run) -> None:
    launched(run, _APPS, _APPX, 2)
    service = run.machine.services.find("AppXSvc")
    if service is None or service.start_type is StartType.DISABLED:
        raise failed(run, _APPS, _APPX, "0x422", 0x80070422)
    run.panther.info("Entering SysprepGeneralizeValidate (Appx) - validating whether all apps are also provisioned.")
    found = run.machine.appx.not_provisioned()
    if found:
        # It stops at the first one.
        run.panther.error(
            f"Package {found[0].full_name} was installed for a user, but not provisioned for all users. "
            "This package will not function properly in the sysprep image."
        )
        run.panther.error("Failed to remove apps for the current user: 0x80073cf2.")
        run.panther.error("Exit code of RemoveAllApps thread was 0x3cf2.")
        raise failed(run, _APPS, _APPX, "0x3cf2", 0x80073CF2)
    succeeded(run, _APPS, _APPX)


def validate(run: Run, name: str, check: Callable[[Run], None]) -> None:
    """Pre-validate a phase's internal providers. Raises StepFailed."""
    action_file = rf"C:\Windows\System32\Sysprep\ActionFiles\{name.capitalize()}.xml"
    run.panther.info(f"WinMain:Pre-validing '{name}' internal providers.", 0x0F00D7)
    run.panther.info(f"SysprepSession::Validate: Beginning action execution from {action_file}")
    try:
        check(run)
    except StepFailed as failure:
        run.panther.error(
            f"SysprepSession::Validate: Error in validating actions from {action_file}; dwRet = {failure}"
        )
        run.panther.error(f"RunPlatformActions:Failed while validating Sysprep session actions; dwRet = {failure}")
        run.panther.error(
            f"RunDlls:An error occurred while running registry sysprep DLLs, halting sysprep execution. "
            f"dwRet = {failure}",
            0x0F0070,
        )
        run.panther.error(
            f"WinMain:Hit failure while pre-validate sysprep {name} internal providers; hr = {failure.hresult:#x}",
            0x0F00D8,
        )
        raise
