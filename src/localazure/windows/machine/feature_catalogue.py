"""The roles and features of Windows Server 2022 that the model knows, by their real names.

Names and display names as Get-WindowsFeature gives them (learn.microsoft.com, "Roles, Role Services, and Features
included in Windows Server"). Not all of Windows' are here; one that is not does not exist for the model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FeatureKind = Literal["Role", "Role Service", "Feature"]


@dataclass(frozen=True)
class FeatureDefinition:
    name: str
    display_name: str
    kind: FeatureKind
    parent: str | None
    depth: int
    services: tuple[str, ...] = ()
    """Windows services that come with it."""
    reboot: bool = False
    preinstalled: bool = False
    removed: bool = False
    """Its payload is not on the disk."""


# Two spaces of indentation for each level; then name | display name | services | marks:
# R needs a reboot, I is installed in a fresh image, X has no payload on the disk.
_ROLES = r"""
AD-Certificate | Active Directory Certificate Services | |
  ADCS-Cert-Authority | Certification Authority | CertSvc |
  ADCS-Web-Enrollment | Certification Authority Web Enrollment | |
AD-Domain-Services | Active Directory Domain Services | NTDS ADWS |
ADFS-Federation | Active Directory Federation Services | adfssrv |
ADLDS | Active Directory Lightweight Directory Services | ADAM_instance1 |
ADRMS | Active Directory Rights Management Services | |
  ADRMS-Server | Active Directory Rights Management Server | |
DHCP | DHCP Server | DHCPServer |
DNS | DNS Server | DNS |
Fax | Fax Server | Fax |
FileAndStorage-Services | File and Storage Services | | I
  File-Services | File and iSCSI Services | |
    FS-FileServer | File Server | |
    FS-DFS-Namespace | DFS Namespaces | Dfs |
    FS-DFS-Replication | DFS Replication | DFSR |
    FS-Resource-Manager | File Server Resource Manager | SrmSvc |
  Storage-Services | Storage Services | | I
Hyper-V | Hyper-V | vmms | R
NPAS | Network Policy and Access Services | IAS |
Print-Services | Print and Document Services | |
  Print-Server | Print Server | |
Remote-Desktop-Services | Remote Desktop Services | |
  RDS-RD-Server | Remote Desktop Session Host | | R
  RDS-Connection-Broker | Remote Desktop Connection Broker | Tssdis | R
  RDS-Gateway | Remote Desktop Gateway | TSGateway |
  RDS-Licensing | Remote Desktop Licensing | TermServLicensing |
VolumeActivation | Volume Activation Services | |
Web-Server | Web Server (IIS) | W3SVC WAS AppHostSvc |
  Web-WebServer | Web Server | |
    Web-Common-Http | Common HTTP Features | |
      Web-Default-Doc | Default Document | |
      Web-Dir-Browsing | Directory Browsing | |
      Web-Http-Errors | HTTP Errors | |
      Web-Static-Content | Static Content | |
      Web-Http-Redirect | HTTP Redirection | |
    Web-Health | Health and Diagnostics | |
      Web-Http-Logging | HTTP Logging | |
    Web-Performance | Performance | |
      Web-Stat-Compression | Static Content Compression | |
      Web-Dyn-Compression | Dynamic Content Compression | |
    Web-Security | Security | |
      Web-Filtering | Request Filtering | |
      Web-Basic-Auth | Basic Authentication | |
      Web-Windows-Auth | Windows Authentication | |
    Web-App-Dev | Application Development | |
      Web-Net-Ext45 | .NET Extensibility 4.8 | |
      Web-Asp-Net45 | ASP.NET 4.8 | |
      Web-ISAPI-Ext | ISAPI Extensions | |
      Web-ISAPI-Filter | ISAPI Filters | |
  Web-Mgmt-Tools | Management Tools | |
    Web-Mgmt-Console | IIS Management Console | |
    Web-Scripting-Tools | IIS Management Scripts and Tools | |
    Web-Mgmt-Service | Management Service | WMSVC |
WDS | Windows Deployment Services | WDSServer |
  WDS-Deployment | Deployment Server | |
  WDS-Transport | Transport Server | |
UpdateServices | Windows Server Update Services | WsusService |
  UpdateServices-WidDB | WID Connectivity | |
  UpdateServices-Services | WSUS Services | |
"""
_FEATURES = r"""
NET-Framework-Features | .NET Framework 3.5 Features | |
  NET-Framework-Core | .NET Framework 3.5 (includes .NET 2.0 and 3.0) | | X
NET-Framework-45-Features | .NET Framework 4.8 Features | | I
  NET-Framework-45-Core | .NET Framework 4.8 | | I
  NET-Framework-45-ASPNET | ASP.NET 4.8 | |
BitLocker | BitLocker Drive Encryption | BDESVC | R
Containers | Containers | hns | R
EnhancedStorage | Enhanced Storage | |
Failover-Clustering | Failover Clustering | ClusSvc | R
GPMC | Group Policy Management | |
Multipath-IO | Multipath I/O | |  R
NLB | Network Load Balancing | |
RSAT | Remote Server Administration Tools | |
  RSAT-Role-Tools | Role Administration Tools | |
    RSAT-AD-Tools | AD DS and AD LDS Tools | |
    RSAT-AD-PowerShell | Active Directory module for Windows PowerShell | |
    RSAT-DNS-Server | DNS Server Tools | |
    RSAT-DHCP | DHCP Server Tools | |
Telnet-Client | Telnet Client | |
SNMP-Service | SNMP Service | SNMP |
System-DataArchiver | System Data Archiver | | I
Windows-Defender | Microsoft Defender Antivirus | | I
Windows-Internal-Database | Windows Internal Database | MSSQL$MICROSOFT##WID |
PowerShellRoot | Windows PowerShell | | I
  PowerShell | Windows PowerShell 5.1 | | I
  PowerShell-V2 | Windows PowerShell 2.0 Engine | | X
  DSC-Service | Windows PowerShell Desired State Configuration Service | |
WAS | Windows Process Activation Service | |
Windows-Server-Backup | Windows Server Backup | wbengine |
Wireless-Networking | Wireless LAN Service | wlansvc | R
WoW64-Support | WoW64 Support | | I
XPS-Viewer | XPS Viewer | | I
"""


def _read(text: str, top: FeatureKind, below: FeatureKind) -> list[FeatureDefinition]:
    found: list[FeatureDefinition] = []
    parents: list[str] = []
    for line in text.strip("\n").splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        name, display, services, marks = (part.strip() for part in line.split("|"))
        parents[depth:] = [name]
        found.append(
            FeatureDefinition(
                name=name,
                display_name=display,
                kind=below if depth else top,
                parent=parents[depth - 1] if depth else None,
                depth=depth + 1,
                services=tuple(services.split()),
                reboot="R" in marks,
                preinstalled="I" in marks,
                removed="X" in marks,
            )
        )
    return found


CATALOGUE = {
    each.name.lower(): each
    for each in (*_read(_ROLES, "Role", "Role Service"), *_read(_FEATURES, "Feature", "Feature"))
}
_IIS_DEFAULT = (
    "Web-Default-Doc", "Web-Dir-Browsing", "Web-Http-Errors", "Web-Static-Content", "Web-Http-Logging",
    "Web-Stat-Compression", "Web-Filtering",
)  # fmt: skip
DEFAULTS = {
    "web-server": _IIS_DEFAULT,
    "ad-certificate": ("ADCS-Cert-Authority",),
    "adrms": ("ADRMS-Server",),
    "file-services": ("FS-FileServer",),
    "print-services": ("Print-Server",),
    "updateservices": ("UpdateServices-WidDB", "UpdateServices-Services"),
    "wds": ("WDS-Deployment", "WDS-Transport"),
}
"""What installing a role alone brings of what is below it."""
REQUIRES = {
    "web-asp-net45": ("Web-Net-Ext45", "Web-ISAPI-Ext", "Web-ISAPI-Filter", "NET-Framework-45-ASPNET"),
    "web-net-ext45": ("NET-Framework-45-ASPNET",),
    "web-mgmt-service": ("NET-Framework-45-ASPNET",),
    "rds-gateway": ("Web-Server", "NPAS"),
    "updateservices-services": ("Web-Server",),
    "updateservices-widdb": ("Windows-Internal-Database",),
}
"""What a feature cannot be without, elsewhere in the tree."""
FILES = {
    "web-server": {
        r"C:\inetpub\wwwroot\iisstart.htm": "<html><body>A model of IIS: nothing serves this page.</body></html>\r\n",
        r"C:\Windows\System32\inetsrv\config\applicationHost.config": (
            '<?xml version="1.0" encoding="UTF-8"?>\r\n<!-- Of localazure\'s model. -->\r\n<configuration>\r\n'
            "    <system.applicationHost><applicationPools/><sites/></system.applicationHost>\r\n</configuration>\r\n"
        ),
    },
}
"""Files that a feature brings; removing it leaves them, as Windows leaves a web server's."""
