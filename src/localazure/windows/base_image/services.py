"""The services and drivers of a fresh Windows Server 2022 on Azure that scripts ask for."""

from __future__ import annotations

from dataclasses import dataclass

from localazure.windows.machine.services import StartType


@dataclass(frozen=True)
class ServiceContent:
    name: str
    display_name: str
    start_type: StartType
    delayed: bool
    account: str
    depends_on: tuple[str, ...]
    image_path: str
    is_driver: bool = False


_SYSTEM, _LOCAL, _NETWORK = "LocalSystem", r"NT AUTHORITY\LocalService", r"NT AUTHORITY\NetworkService"
_ACCOUNTS = {"S": _SYSTEM, "L": _LOCAL, "N": _NETWORK}
_START = {
    "A": StartType.AUTOMATIC,
    "D": StartType.AUTOMATIC,
    "M": StartType.MANUAL,
    "X": StartType.DISABLED,
}

# name | display name | start: Automatic, Delayed, Manual, X disabled | account: System, Local, Network
# | depends on | image
_SERVICES = r"""
AppXSvc | AppX Deployment Service (AppXSVC) | M | S | rpcss |
BFE | Base Filtering Engine | A | L | RpcSs |
BITS | Background Intelligent Transfer Service | D | S | RpcSs |
ClipSVC | Client License Service (ClipSVC) | M | S | rpcss |
CryptSvc | Cryptographic Services | A | N | RpcSs |
DcomLaunch | DCOM Server Process Launcher | A | S | |
Dhcp | DHCP Client | A | L | |
DiagTrack | Connected User Experiences and Telemetry | A | S | RpcSs |
Dnscache | DNS Client | A | N | |
EventLog | Windows Event Log | A | L | |
IKEEXT | IKE and AuthIP IPsec Keying Modules | M | S | BFE |
KeyIso | CNG Key Isolation | M | S | RpcSs | C:\Windows\System32\lsass.exe
LanmanServer | Server | A | S | SamSS |
LanmanWorkstation | Workstation | A | N | |
lmhosts | TCP/IP NetBIOS Helper | M | L | |
LSM | Local Session Manager | A | S | RpcSs |
MpsSvc | Windows Defender Firewall | A | L | BFE |
msiserver | Windows Installer | M | S | rpcss | C:\Windows\System32\msiexec.exe /V
Netlogon | Netlogon | M | S | LanmanWorkstation | C:\Windows\System32\lsass.exe
nsi | Network Store Interface Service | A | L | rpcss |
PlugPlay | Plug and Play | M | S | |
Power | Power | A | S | |
ProfSvc | User Profile Service | A | S | RpcSs |
RdAgent | RdAgent | A | S | | C:\WindowsAzure\Packages\WaAppAgent.exe
RemoteRegistry | Remote Registry | A | L | RPCSS |
RpcEptMapper | RPC Endpoint Mapper | A | N | |
RpcSs | Remote Procedure Call (RPC) | A | N | RpcEptMapper DcomLaunch |
SamSs | Security Accounts Manager | A | S | RPCSS | C:\Windows\System32\lsass.exe
Schedule | Task Scheduler | A | S | RPCSS |
SENS | System Event Notification Service | A | S | EventLog |
Sense | Windows Defender Advanced Threat Protection Service | M | S | | C:\Program Files\Windows Defender Advanced Threat Protection\MsSense.exe
Spooler | Print Spooler | A | S | RPCSS | C:\Windows\System32\spoolsv.exe
sppsvc | Software Protection | D | N | RpcSs | C:\Windows\System32\sppsvc.exe
SysMain | SysMain | A | S | rpcss |
TermService | Remote Desktop Services | M | N | RPCSS |
Themes | Themes | A | S | |
TrustedInstaller | Windows Modules Installer | M | S | | C:\Windows\servicing\TrustedInstaller.exe
UsoSvc | Update Orchestrator Service | D | S | rpcss |
VSS | Volume Shadow Copy | M | S | RPCSS | C:\Windows\System32\vssvc.exe
W32Time | Windows Time | M | L | |
WaaSMedicSvc | Windows Update Medic Service | M | S | rpcss |
WinDefend | Microsoft Defender Antivirus Service | A | S | RpcSs | C:\ProgramData\Microsoft\Windows Defender\Platform\model\MsMpEng.exe
WindowsAzureGuestAgent | WindowsAzureGuestAgent | A | S | | C:\WindowsAzure\Packages\GuestAgent\WindowsAzureGuestAgent.exe
WinHttpAutoProxySvc | WinHTTP Web Proxy Auto-Discovery Service | M | L | Dhcp |
Winmgmt | Windows Management Instrumentation | A | S | RPCSS |
WinRM | Windows Remote Management (WS-Management) | A | N | RPCSS HTTP |
wuauserv | Windows Update | M | S | rpcss |
"""  # noqa: E501 - a table
_DRIVERS = """
cdrom | CD-ROM Driver | SYSTEM
disk | Disk Driver | BOOT
HTTP | HTTP Service | MANUAL
NDIS | NDIS System Driver | BOOT
storvsc | storvsc | BOOT
netvsc | netvsc | MANUAL
Tcpip | TCP/IP Protocol Driver | BOOT
VMBus | Virtual Machine Bus | BOOT
"""
_SVCHOST = r"%SystemRoot%\system32\svchost.exe -k netsvcs -p"


def services() -> list[ServiceContent]:
    return [_service(line) for line in _SERVICES.strip().splitlines()] + [
        _driver(line) for line in _DRIVERS.strip().splitlines()
    ]


def _service(line: str) -> ServiceContent:
    name, display, start, account, depends, image = (part.strip() for part in line.split("|"))
    return ServiceContent(
        name=name,
        display_name=display,
        start_type=_START[start],
        delayed=start == "D",
        account=_ACCOUNTS[account],
        depends_on=tuple(depends.split()),
        image_path=image or _SVCHOST,
    )


def _driver(line: str) -> ServiceContent:
    name, display, start = (part.strip() for part in line.split("|"))
    path = rf"\SystemRoot\System32\drivers\{name.lower()}.sys"
    return ServiceContent(name, display, StartType[start], delayed=False, account="", depends_on=(), image_path=path,
                          is_driver=True)  # fmt: skip
