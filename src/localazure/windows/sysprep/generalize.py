"""The generalize phase: what it takes away, provider by provider, and where it can break half-way."""

from __future__ import annotations

from collections.abc import Callable

from localazure.windows.machine.services import StartType
from localazure.windows.sysprep.steps import SYSTEM32, Run, StepFailed, launched, succeeded

GENERALIZE_XML = rf"{SYSTEM32}\Sysprep\ActionFiles\Generalize.xml"
RECOVERY = rf"{SYSTEM32}\Recovery"
SENSE_KEY = r"HKLM\Software\Microsoft\Windows Advanced Threat Protection"
_FULL_SENSE_KEY = r"HKEY_LOCAL_MACHINE\Software\Microsoft\Windows Advanced Threat Protection"
_REARM_SPENT = -1073425657
_STALL_SECONDS = 1200.0


def generalize(run: Run) -> None:
    """Run the internal providers, in order. Raises StepFailed; what ran before stays done."""
    run.panther.info("WinMain:Processing 'generalize' internal provider request.")
    run.panther.info(f"SysprepSession::Execute: Beginning action execution from {GENERALIZE_XML}")
    try:
        for step in _STEPS:
            step(run)
    except StepFailed as failure:
        run.panther.error(
            f"SysprepSession::Execute: Error in executing actions from {GENERALIZE_XML}; dwRet = {failure}"
        )
        run.panther.error(f"RunPlatformActions:Failed while executing Sysprep session actions; dwRet = {failure}")
        run.panther.error(
            "RunDlls:An error occurred while running registry sysprep DLLs, halting sysprep execution. "
            f"dwRet = {failure}",
            0x0F0070,
        )
        run.panther.error(
            f"WinMain:Hit failure while processing sysprep generalize internal providers; hr = {failure.hresult:#x}",
            0x0F00A8,
        )
        raise


def _remove_uninstall(run: Run) -> None:
    """Which path Windows misses in the reports is not documented; the model looks for the recovery folder."""
    launched(run, "RemoveUninstall", "spwmp.dll")
    if not run.machine.files.is_folder(RECOVERY):
        run.panther.error(f"RemoveUninstall: Failed to remove uninstall image from {RECOVERY}; hr = 0x80070003")
        raise StepFailed("0x3", 0x80070003)
    succeeded(run, "RemoveUninstall", "spwmp.dll")


def _sense(run: Run) -> None:
    """Defender for Endpoint protects its key while the machine is onboarded."""
    registry = run.machine.registry
    if registry.number(rf"{SENSE_KEY}\Status", "OnboardingState") == 1:
        run.panther.error(
            "ActionPlatform::DeleteValue: Error from RegDeleteValueW for value senseGuid under key "
            f"{_FULL_SENSE_KEY}; dwRet = 0x5"
        )
        run.panther.error("SysprepSession::ExecuteAction: Failed during deleteValue operation; dwRet = 0x5")
        run.panther.error(
            "SysprepSession::ExecuteInternal: Error in executing action for Windows-SenseClient-Service; dwRet = 0x5"
        )
        raise StepFailed("0x5", 0x80070005)
    registry.discard(SENSE_KEY, "senseGuid")


def _plug_and_play(run: Run) -> None:
    launched(run, "Sysprep_Generalize_Pnp", "sppnp.dll", 8)
    run.machine.network.forget_adapters()
    run.machine.registry.discard(r"HKLM\SYSTEM\MountedDevices")
    succeeded(run, "Sysprep_Generalize_Pnp", "sppnp.dll")


def _windows_update(run: Run) -> None:
    launched(run, "GeneralizeForImaging", "wuaueng.dll", 5)
    service = run.machine.services.find("wuauserv")
    if service is None or service.start_type is StartType.DISABLED:
        # It waits for a service that will not answer, and gives up after about twenty minutes.
        run.context.wait(_STALL_SECONDS)
    run.machine.registry.discard(r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate", "SusClientId")
    succeeded(run, "GeneralizeForImaging", "wuaueng.dll")


def _activation(run: Run) -> None:
    launched(run, "SLReArmWindows", "slc.dll", 2)
    if not run.machine.licensing.rearm():
        run.panther.error(
            rf"LaunchDll:Failure occurred while executing '{SYSTEM32}\slc.dll,SLReArmWindows', "
            f"returned error code {_REARM_SPENT}",
            0x0F0082,
        )
        raise StepFailed(str(_REARM_SPENT), 0xC004D307)
    succeeded(run, "SLReArmWindows", "slc.dll")


def _apps(run: Run) -> None:
    """Packages that every new user gets anyway are taken from the users there are."""
    for package in run.machine.appx.all():
        if package.provisioned and package.users:
            run.machine.appx.remove(package.full_name)


def _identity(run: Run) -> None:
    """The SID itself stays on the disk until specialize makes a new one; name, domain and id go now."""
    launched(run, "Sysprep_Generalize_Security", "scecli.dll")
    machine = run.machine
    machine.identity.leave_domain()
    machine.identity.set_machine_guid("")
    machine.identity.forget_name()
    succeeded(run, "Sysprep_Generalize_Security", "scecli.dll")


def _event_logs(run: Run) -> None:
    launched(run, "EventLog_Cleanup", "wevtapi.dll")
    for log in run.machine.events.logs():
        run.machine.events.clear(log)
    succeeded(run, "EventLog_Cleanup", "wevtapi.dll")


_STEPS: tuple[Callable[[Run], None], ...] = (
    _remove_uninstall,
    _sense,
    _plug_and_play,
    _windows_update,
    _activation,
    _apps,
    _identity,
    _event_logs,
)
