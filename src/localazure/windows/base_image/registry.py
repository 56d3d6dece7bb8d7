"""The registry of a fresh image, as far as scripts and Sysprep look at it."""

from __future__ import annotations

from localazure.windows.machine.environment import MACHINE_KEY
from localazure.windows.machine.identity import RESEAL_TO_OOBE, SETUP_STATE_KEY, SYSPREP_STATUS_KEY
from localazure.windows.machine.licensing import PLATFORM_KEY
from localazure.windows.machine.registry import Registry
from localazure.windows.machine.registry_values import RegistryKind
from localazure.windows.machine.servicing import CBS_KEY, WINDOWS_UPDATE_KEY

BUILD, REVISION = "20348", 2849
SYSPREP_EXTERNAL_KEY = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Setup\SysPrepExternal"
AGENT_PROVIDER = r"C:\Windows\System32\VMAgentDisabler.dll,SysPrepGeneralize"
DSC_PROVIDER = r"C:\Windows\System32\DscCore.dll,SysPrep_Cleanup"
_CURRENT = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion"
_VARIABLES = {
    "ComSpec": r"%SystemRoot%\system32\cmd.exe",
    "NUMBER_OF_PROCESSORS": "2",
    "OS": "Windows_NT",
    "Path": (
        r"%SystemRoot%\system32;%SystemRoot%;%SystemRoot%\System32\Wbem;"
        r"%SYSTEMROOT%\System32\WindowsPowerShell\v1.0\;%SYSTEMROOT%\System32\OpenSSH" + "\\"
    ),
    "PATHEXT": ".COM;.EXE;.BAT;.CMD;.VBS;.VBE;.JS;.JSE;.WSF;.WSH;.MSC",
    "PROCESSOR_ARCHITECTURE": "AMD64",
    "PSModulePath": (r"%ProgramFiles%\WindowsPowerShell\Modules;%SystemRoot%\system32\WindowsPowerShell\v1.0\Modules"),
    "TEMP": r"%SystemRoot%\TEMP",
    "TMP": r"%SystemRoot%\TEMP",
    "USERNAME": "SYSTEM",
    "windir": "%SystemRoot%",
}


def fill(registry: Registry) -> None:
    _windows(registry)
    _users(registry)
    _setup(registry)
    _remote_management(registry)
    for name, text in _VARIABLES.items():
        # SYSTEM's name is that of its processes; a user's own comes before it.
        if name != "USERNAME":
            kind = RegistryKind.EXPAND_STRING if "%" in text else RegistryKind.STRING
            registry.set(MACHINE_KEY, name, text, kind)
    for key in (CBS_KEY, WINDOWS_UPDATE_KEY, r"HKLM\SOFTWARE\Microsoft\Updates", PLATFORM_KEY):
        registry.create_key(key)
    for name in ("Run", "RunOnce"):
        registry.create_key(rf"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\{name}")


def _windows(registry: Registry) -> None:
    texts = {
        "ProductName": "Windows Server 2022 Datacenter (model)",
        "EditionID": "ServerDatacenter",
        "InstallationType": "Server",
        "DisplayVersion": "21H2",
        "ReleaseId": "2009",
        "CurrentVersion": "6.3",
        "CurrentBuild": BUILD,
        "CurrentBuildNumber": BUILD,
        "BuildLab": f"{BUILD}.fe_release.model",
        "RegisteredOwner": "Windows User",
        "SystemRoot": r"C:\Windows",
    }
    for name, text in texts.items():
        registry.set(_CURRENT, name, text)
    numbers = {"UBR": REVISION, "CurrentMajorVersionNumber": 10, "CurrentMinorVersionNumber": 0}
    for name, number in numbers.items():
        registry.set(_CURRENT, name, number)
    registry.set(rf"{_CURRENT}\Winlogon", "AutoAdminLogon", "0")
    registry.set(rf"{_CURRENT}\ProfileList", "ProfilesDirectory", r"%SystemDrive%\Users", RegistryKind.EXPAND_STRING)
    policies = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System"
    registry.set(policies, "EnableLUA", 1)
    registry.set(r"HKLM\SYSTEM\CurrentControlSet\Control\Session Manager", "ProtectionMode", 1)
    registry.set(r"HKLM\SYSTEM\CurrentControlSet\Control\Lsa", "LimitBlankPasswordUse", 1)
    registry.set(r"HKLM\SYSTEM\CurrentControlSet\Control\TimeZoneInformation", "TimeZoneKeyName", "UTC")
    registry.set(r"HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server", "fDenyTSConnections", 0)
    registry.create_key(r"HKLM\SYSTEM\CurrentControlSet\Control\BitLocker")
    framework = r"HKLM\SOFTWARE\Microsoft\NET Framework Setup\NDP\v4\Full"
    registry.set(framework, "Release", 528449)
    registry.set(framework, "Version", "4.8.04161")
    registry.set(
        r"HKLM\SOFTWARE\Microsoft\PowerShell\3\PowerShellEngine", "PowerShellVersion", f"5.1.{BUILD}.{REVISION}"
    )
    registry.set(r"HKLM\SOFTWARE\localazure", "Model", "This is a model of a Windows Server, not a Windows.")


def _users(registry: Registry) -> None:
    """The hives of those who are always there: the system's is that of .DEFAULT, too."""
    for name in (".DEFAULT", "S-1-5-18", "S-1-5-19", "S-1-5-20"):
        for key in ("Software", "Environment", "Control Panel"):
            registry.create_key(rf"HKU\{name}\{key}")


def _setup(registry: Registry) -> None:
    registry.set(SETUP_STATE_KEY, "ImageState", RESEAL_TO_OOBE)
    registry.set(SYSPREP_STATUS_KEY, "GeneralizationState", 7)
    registry.set(SYSPREP_STATUS_KEY, "CleanupState", 2)
    registry.set(r"HKLM\SYSTEM\Setup", "OOBEInProgress", 0)
    registry.set(r"HKLM\SYSTEM\Setup", "SystemSetupInProgress", 0)
    registry.set(rf"{SYSPREP_EXTERNAL_KEY}\Generalize", "{b2c1f1a0-2d7e-4f0b-9d6b-9a1d6f2f4a11}", AGENT_PROVIDER)
    registry.set(rf"{SYSPREP_EXTERNAL_KEY}\Cleanup", "{c5b02a9c-4d73-4f4c-8b8b-1c4f5f3c7d10}", DSC_PROVIDER)
    registry.create_key(rf"{SYSPREP_EXTERNAL_KEY}\Specialize")


def _remote_management(registry: Registry) -> None:
    """Windows Server comes with the service on and one HTTP listener on all addresses."""
    root = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WSMAN"
    listener = rf"{root}\Listener\*+HTTP"
    registry.set(listener, "uriprefix", "wsman")
    registry.set(listener, "Port", 5985)
    registry.set(rf"{root}\Service", "auth_basic", 0)
    registry.set(rf"{root}\Service", "allow_unencrypted", 0)
    registry.set(root, "StackVersion", "2.0")
