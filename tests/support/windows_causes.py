"""What keeps a Windows from being generalized, as it comes to be on a machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from localazure.windows.machine.appx import AppxPackage
from localazure.windows.machine.machine import Machine
from localazure.windows.machine.network import VirtualSwitch
from mintage.remote.winrm import WinrmRemote
from tests.support.windows_guest import USER

NOTES = AppxPackage(name="Contoso.Notes", version="1.0.0.0", publisher_id="8wekyb3d8bbwe")
How = str | Callable[[Machine], object]
"""A script of an administrator's, or what has no command in the model."""


@dataclass(frozen=True)
class Cause:
    how: How
    seen: str
    """What preflight says of it."""


_SETUP = r"HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Setup"
_VERSION = r"'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion"
_ROLES = (
    "AD-Certificate", "AD-Domain-Services", "ADFS-Federation", "ADLDS", "ADRMS", "DHCP", "Fax", "NPAS",
    "UpdateServices",
)  # fmt: skip
_PENDING = r"""
$windows = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion'
New-Item "$windows\Component Based Servicing\RebootPending" -Force | Out-Null
New-Item "$windows\Component Based Servicing\PackagesPending" -Force | Out-Null
New-Item "$windows\WindowsUpdate\Auto Update\RebootRequired" -Force | Out-Null
$manager = 'HKLM:\SYSTEM\CurrentControlSet\Control\Session Manager'
New-ItemProperty $manager PendingFileRenameOperations -PropertyType MultiString -Value '\??\C:\a', '' | Out-Null
New-ItemProperty $manager PendingFileRenameOperations2 -PropertyType MultiString -Value '\??\C:\b', '' | Out-Null
New-Item HKLM:\SOFTWARE\Microsoft\Updates -Force | Out-Null
New-ItemProperty HKLM:\SOFTWARE\Microsoft\Updates UpdateExeVolatile -PropertyType DWord -Value 1 | Out-Null
New-ItemProperty "$windows\RunOnce" DVDRebootSignal -Value x | Out-Null
New-ItemProperty HKLM:\SYSTEM\CurrentControlSet\Services\Netlogon JoinDomain -Value x | Out-Null
"""


def _feature(*names: str) -> str:
    return f"Install-WindowsFeature {', '.join(names)} -WarningAction SilentlyContinue | Out-Null\n"


def _encrypt(machine: Machine) -> None:
    machine.features.install("BitLocker")
    machine.volumes.encrypt("C", protected=False)


def _make_network(machine: Machine) -> None:
    machine.features.install("Hyper-V")
    machine.features.finish_pending()
    machine.network.state.switches.append(VirtualSwitch(name="inside", kind="Internal", switch_id="1"))


def _install_notes(machine: Machine) -> None:
    machine.appx.install(NOTES, machine.users.sid(machine.users.require(USER)))


def _spend_rearms(machine: Machine) -> None:
    machine.licensing.state.remaining_rearms = 0


CAUSES: Mapping[str, Cause] = {
    "image-state": Cause(
        rf"Set-ItemProperty {_SETUP}\State ImageState IMAGE_STATE_UNDEPLOYABLE",
        "ImageState is IMAGE_STATE_UNDEPLOYABLE",
    ),
    "pending-reboot": Cause(
        _PENDING,
        "component servicing: RebootPending\n"
        "component servicing: PackagesPending\n"
        "Windows Update: RebootRequired\n"
        "Session Manager: PendingFileRenameOperations\n"
        "Session Manager: PendingFileRenameOperations2\n"
        "Updates: UpdateExeVolatile\n"
        "RunOnce: DVDRebootSignal\n"
        "Netlogon: JoinDomain\n"
        "Windows Update Agent: RebootRequired",
    ),
    "servicing-idle": Cause(
        lambda machine: machine.processes.show("TiWorker.exe", pid=4321), "TiWorker runs, process 4321"
    ),
    # "Waiting for activation": encrypted, and not protected yet.
    "bitlocker": Cause(_encrypt, "C: is FullyEncrypted, protection Off"),
    "appx": Cause(_install_notes, NOTES.full_name),
    "rearm-count": Cause(_spend_rearms, "RemainingWindowsReArmCount is 0"),
    "skip-rearm": Cause(
        rf"Set-ItemProperty {_VERSION}\SoftwareProtectionPlatform' SkipRearm 1",
        "SkipRearm is set",
    ),
    "workgroup": Cause(lambda machine: machine.identity.join_domain("example.org"), "member of the domain example.org"),
    "in-place-upgrade": Cause(
        "New-Item 'HKLM:\\SYSTEM\\Setup\\Source OS (Updated on 1/1/2015)' | Out-Null\n"
        f"Set-ItemProperty {_VERSION}' CurrentBuildNumber 10586",
        "build 10586 was upgraded in place",
    ),
    "agent-providers": Cause(
        rf"New-ItemProperty {_SETUP}\SysPrepExternal\Generalize Agent -Value 'C:\gone\VMAgentDisabler.dll,Clean'",
        r"Agent names C:\gone\VMAgentDisabler.dll, which does not exist",
    ),
    "server-roles": Cause(_feature(*_ROLES), "\n".join(_ROLES)),
    "hyper-v-networks": Cause(_make_network, "virtual network inside"),
    "iis-credentials": Cause(
        _feature("Web-Server") + r"Add-Content C:\Windows\System32\inetsrv\config\applicationHost.config "
        '\'<processModel userName="it" password="[enc:IISWASOnlyAesProvider:57686f:enc]" />\'',
        "line 6",
    ),
    "deployment-services": Cause(
        _feature("WDS") + r"New-Item HKLM:\SYSTEM\CurrentControlSet\Services\WDSServer\Parameters -Force | Out-Null"
        "\n"
        r"New-ItemProperty HKLM:\SYSTEM\CurrentControlSet\Services\WDSServer\Parameters ConfiguredBySetup "
        "-PropertyType DWord -Value 1",
        "WDS is initialized",
    ),
    "removable-storage": Cause(
        r"$policy = 'HKLM:\SOFTWARE\Policies\Microsoft\Windows\RemovableStorageDevices'"
        "\n"
        "New-Item $policy -Force | Out-Null\n"
        "New-ItemProperty $policy Deny_All -PropertyType DWord -Value 1",
        "Deny_All is set",
    ),
    "defender-onboarded": Cause(
        r"$status = 'HKLM:\SOFTWARE\Microsoft\Windows Advanced Threat Protection\Status'"
        "\n"
        "New-Item $status -Force | Out-Null\n"
        "New-ItemProperty $status OnboardingState -PropertyType DWord -Value 1",
        "onboarded to Defender for Endpoint",
    ),
    "agent": Cause("Stop-Service RdAgent", "RdAgent is Stopped"),
    "cdrom": Cause(
        r"Set-ItemProperty HKLM:\SYSTEM\CurrentControlSet\Services\cdrom Start 4", "the service cdrom starts by 4"
    ),
    "update-service": Cause("Set-Service wuauserv -StartupType Disabled", "wuauserv is disabled"),
}


def put_on(machine: Machine, remote: WinrmRemote | None, how: How) -> None:
    if isinstance(how, str):
        assert remote
        remote.run("$ErrorActionPreference = 'Stop'\n" + how)
    else:
        how(machine)
