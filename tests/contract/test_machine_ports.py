"""A machine's ports on its public address follow the security group, while it runs."""

from __future__ import annotations

import socket
import time
from typing import Any

import pytest

from tests.contract.conftest import Azure
from tests.support.compute import Compute
from tests.support.network import rule


@pytest.fixture
def compute(azure: Azure, group: str) -> Compute:
    return Compute(azure, group)


def answers(address: tuple[str, int]) -> bool:
    """Whether the guest's SSH server says its name there."""
    try:
        with socket.create_connection(address, timeout=2) as client:
            return client.recv(64).startswith(b"SSH-2.0")
    except OSError:
        return False


def becomes(address: tuple[str, int], *, open_: bool, within: float = 10) -> bool:
    deadline = time.monotonic() + within
    while answers(address) is not open_:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def test_ports_open_and_close_with_the_security_group(compute: Compute) -> None:
    group = compute.net.security_group("nsg")
    public_ip: Any = compute.net.public_ip()
    nic = compute.nic(publicIPAddress={"id": public_ip.id}, networkSecurityGroup={"id": group.id})
    compute.put("vm", compute.body(nic=nic))
    ssh = (str(public_ip.ip_address), 22 + compute.azure.endpoints.guest_port_offset)
    assert not answers(ssh)
    compute.net.security_group("nsg", rule("ssh", 100))
    assert becomes(ssh, open_=True)
    compute.net.security_group("nsg")
    assert becomes(ssh, open_=False)


def test_ports_close_when_the_machine_stops_and_open_when_it_starts(compute: Compute) -> None:
    group = compute.net.security_group("nsg", rule("ssh", 100))
    public_ip: Any = compute.net.public_ip()
    nic = compute.nic(publicIPAddress={"id": public_ip.id}, networkSecurityGroup={"id": group.id})
    compute.put("vm", compute.body(nic=nic))
    ssh = (str(public_ip.ip_address), 22 + compute.azure.endpoints.guest_port_offset)
    assert becomes(ssh, open_=True)
    compute.act("deallocate")
    assert becomes(ssh, open_=False)
    compute.act("start")
    assert becomes(ssh, open_=True)
