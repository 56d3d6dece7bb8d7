"""The firewall's rules of a fresh Windows Server on Azure, those that scripts ask for."""

from __future__ import annotations

from localazure.windows.machine.network import FirewallRule

_REMOTE_MANAGEMENT = "Windows Remote Management"
_REMOTE_DESKTOP = "Remote Desktop"


def firewall_rules() -> list[FirewallRule]:
    """On a public network, which Azure's are until somebody says otherwise, WinRM answers the local subnet only."""
    http = "Windows Remote Management (HTTP-In)"
    return [
        FirewallRule(
            name="WINRM-HTTP-In-TCP-NoScope",
            display_name=http,
            group=_REMOTE_MANAGEMENT,
            protocol="TCP",
            local_ports=["5985"],
            profiles=["Domain", "Private"],
        ),
        FirewallRule(
            name="WINRM-HTTP-In-TCP",
            display_name=http,
            group=_REMOTE_MANAGEMENT,
            protocol="TCP",
            local_ports=["5985"],
            profiles=["Public"],
            remote_addresses=["LocalSubnet"],
        ),
        FirewallRule(
            name="RemoteDesktop-UserMode-In-TCP",
            display_name="Remote Desktop - User Mode (TCP-In)",
            group=_REMOTE_DESKTOP,
            protocol="TCP",
            local_ports=["3389"],
        ),
    ]
