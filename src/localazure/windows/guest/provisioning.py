"""From what Azure says of a VM to what the machine is provisioned with."""

from __future__ import annotations

import ipaddress

from localazure.hypervisor.base import WindowsSettings
from localazure.windows.boot import ProvisioningData
from localazure.windows.guest.parameters import Parameters
from localazure.windows.guest.run_command import AGENT_SERVICE
from localazure.windows.guest.shell_host import POLICIES, REMOTE_UAC_POLICY
from localazure.windows.machine.machine import Machine
from localazure.windows.machine.network import FirewallRule
from localazure.windows.machine.services import StartType
from localazure.windows.machine.wsman import WsMan

_AGENT_SERVICES = ("RdAgent", AGENT_SERVICE)
_HTTP_PORT = 5985


def provisioning_data(parameters: Parameters) -> ProvisioningData:
    identity, profile = parameters.identity, parameters.os_profile
    network = ipaddress.ip_network(identity.subnet_prefix)
    zone = profile.windows.time_zone if profile and profile.windows else None
    return ProvisioningData(
        vm_id=identity.vm_id,
        computer_name=profile.computer_name if profile else None,
        admin_username=profile.admin_username if profile else None,
        admin_password=profile.admin_password if profile else None,
        custom_data=profile.custom_data if profile else None,
        private_ip=identity.private_ip,
        prefix_length=network.prefixlen,
        gateway=str(network.network_address + 1),
        mac="-".join(identity.mac_address[at : at + 2] for at in range(0, 12, 2)),
        vcpus=parameters.vcpus,
        memory_mib=parameters.memory_mib,
        disk_bytes=parameters.disk_bytes,
        time_zone=zone or "UTC",
    )


def apply_settings(machine: Machine, parameters: Parameters) -> None:
    """``windowsConfiguration``, before a machine that is to be provisioned boots."""
    profile = parameters.os_profile
    settings = (profile.windows if profile else None) or WindowsSettings()
    if not settings.provision_agent:
        for name in _AGENT_SERVICES:
            machine.services.set_start_type(name, StartType.DISABLED)
    if settings.winrm_http:
        _open_http(machine)


def _open_http(machine: Machine) -> None:
    """What ``winrm quickconfig`` does, and a firewall rule for more than the local subnet."""
    machine.registry.set(POLICIES, REMOTE_UAC_POLICY, 1)
    WsMan(machine.registry).allow_http()
    if not machine.network.lets_in(_HTTP_PORT):
        shown = "Windows Remote Management (HTTP-In), from anywhere"
        rule = FirewallRule(
            name="WINRM-HTTP-In-TCP-ANY", display_name=shown, protocol="TCP", local_ports=[str(_HTTP_PORT)]
        )
        machine.network.add_rule(rule)
