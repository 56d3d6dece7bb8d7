"""Sysprep's logs, as Windows writes them, and the cause that is read from each."""

from __future__ import annotations

import pytest

from mintage.generalize.windows.diagnosis import KNOWN, diagnose

PACKAGE = "Contoso.Notes_1.2.3.0_x64__8wekyb3d8bbwe"
LINES = {
    "per-user-appx": f"2026-11-24 10:00:00, Error                 SYSPRP Package {PACKAGE} was installed for a user, "
    "but not provisioned for all users. This package will not function properly in the sysprep image.\n"
    "2026-11-24 10:00:00, Error SYSPRP Failed to remove apps for the current user: 0x80073cf2.",
    "rearm-exhausted": "Error [0x0f00ae] SYSPRP WinMain:Hit failure while processing sysprep generalize providers; "
    "hr = 0xc004d307",
    "bitlocker": "Error SYSPRP BitLocker-Sysprep: BitLocker is on for the OS volume. Turn BitLocker off "
    "to run Sysprep. (0x80310039)",
    "servicing-active": "Error SYSPRP Sysprep_Clean_Validate_Opk: Audit mode can't be turned on if there is an active "
    "scenario.; hr = 0x800F0975",
    "restart-pending": "Error SYSPRP spopk.dll:: There are one or more Windows updates that require a reboot.",
    "defender-for-endpoint": "Error SYSPRP RegDeleteValue DeleteValue failed for senseGuid; error 0x5",
    "dsc-cleanup": r"Error SYSPRP ActionPlatform::ExecuteAction: Error in executing action; dwRet = 0x2 "
    r"C:\Windows\System32\DscCore.dll,SysPrep_Cleanup hr = 0x80070002",
    "agent-provider": r"Error [0x0f00a8] SYSPRP ActionPlatform::LaunchModule: Failure occurred while executing "
    r"'VMAgentDisabler' from C:\Windows\VMAgentDisabler.dll; dwRet = 0x7e",
    "uninstall-path-missing": "Error SYSPRP RemoveUninstall: cannot find the folder; hr = 0x80070003",
    "agent-missing": "Cannot find any service with service name 'WindowsAzureGuestAgent'.",
    "update-service": "Info SYSPRP ActionPlatform::LaunchModule: Executing method 'GeneralizeForImaging' from "
    r"C:\Windows\System32\wuaueng.dll",
    "half-way": "Error [0x0f0073] SYSPRP RunExternalDlls:Not running DLLs; either the machine is in an invalid state "
    "or we couldn't update the recorded state, dwRet = 31",
}


@pytest.mark.parametrize(("name", "line"), LINES.items(), ids=LINES)
def test_a_signature_names_its_cause_and_a_remedy(name: str, line: str) -> None:
    found = diagnose(f"2026-11-24 09:59:00, Info SYSPRP before\n{line}\n", "")
    assert found.known.name == name
    assert found.known.cause
    assert found.known.remedy


def test_every_cause_that_is_known_is_proved_here() -> None:
    assert set(LINES) == {known.name for known in KNOWN}


def test_the_package_that_is_in_the_way_is_named() -> None:
    assert diagnose(LINES["per-user-appx"], "").details == (PACKAGE,)
    assert PACKAGE in str(diagnose(LINES["per-user-appx"], ""))


def test_what_an_earlier_failure_leads_to_goes_after_its_cause() -> None:
    assert diagnose("\n".join([LINES["half-way"], LINES["bitlocker"]]), "").known.name == "bitlocker"


def test_a_stall_shows_in_the_log_of_actions_alone() -> None:
    began = "2026-11-24 10:00:00, Info SYSPRP ActionPlatform::LaunchModule: Executing method 'SLReArmWindows'\n"
    assert diagnose("", began + LINES["update-service"] + "\n").known.name == "update-service"


def test_what_every_run_does_is_no_sign_of_anything() -> None:
    went_well = "\n".join([LINES["update-service"], "Info SYSPRP LaunchModule: Successfully executed 'SLReArmWindows'"])
    assert diagnose("", went_well + "\nInfo SYSPRP Shutting down SysPrep log\n").known.name == "unknown"


def test_what_is_not_known_is_said_to_be_so() -> None:
    found = diagnose("Error SYSPRP something new", "")
    assert found.known.name == "unknown"
    assert not found.can_be_cured
