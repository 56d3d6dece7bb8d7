"""Which guest ports answer on this host: what Azure's security groups would let in from here, and no others."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from localazure.arm.ids import ResourceId
from localazure.providers.network.forwards import effective_forwards
from tests.contract.conftest import Azure
from tests.support.network import Net, rule
from tests.support.shelf import start_machine


class Guarded(Net):
    """A network in which the ports that answer can be asked for."""

    def __init__(self, azure: Azure, group: str) -> None:
        super().__init__(azure, group)
        self._cloud = azure.server.cloud
        self.vnet(subnets={"default": "10.1.0.0/24"})

    def ports(self, name: str = "nic") -> list[int]:
        nic = self._cloud.store.find(ResourceId.parse(f"{self.root}/networkInterfaces/{name}"))
        assert nic is not None
        forwards = effective_forwards(self._cloud, nic)
        assert all(each.port == each.guest_port + self._cloud.settings.guest_port_offset for each in forwards)
        return [each.guest_port for each in forwards]

    def open_nic(self, *rules: Any, **more: Any) -> None:
        group = self.security_group("nsg", *rules)
        pip = self.public_ip()
        self.nic(publicIPAddress={"id": pip.id}, networkSecurityGroup={"id": group.id}, **more)


@pytest.fixture
def guarded(azure: Azure, group: str) -> Guarded:
    return Guarded(azure, group)


def test_without_a_security_group_a_standard_address_is_closed(guarded: Guarded) -> None:
    guarded.nic(publicIPAddress={"id": guarded.public_ip().id})
    assert guarded.ports() == []


def test_without_a_public_address_nothing_answers(guarded: Guarded) -> None:
    guarded.nic(networkSecurityGroup={"id": guarded.security_group("nsg", rule("ssh", 100)).id})
    assert guarded.ports() == []


@pytest.mark.parametrize("source", ["*", "Internet", "127.0.0.1", "127.0.0.0/8", "0.0.0.0/0"])
def test_a_rule_for_this_host_opens_its_port_only(guarded: Guarded, source: str) -> None:
    guarded.open_nic(rule("ssh", 100, sourceAddressPrefix=source))
    assert guarded.ports() == [22]


@pytest.mark.parametrize(
    "other",
    [
        {"sourceAddressPrefix": "203.0.113.7"},
        {"sourceAddressPrefix": "VirtualNetwork"},
        {"protocol": "Udp"},
        {"direction": "Outbound"},
        {"access": "Deny"},
        {"sourcePortRange": "1024"},
        {"destinationAddressPrefix": "10.1.0.9"},
        {"destinationAddressPrefix": "Internet"},
    ],
)
def test_a_rule_for_something_else_opens_nothing(guarded: Guarded, other: dict[str, str]) -> None:
    guarded.open_nic(rule("ssh", 100, **other))
    assert guarded.ports() == []


def test_the_first_rule_that_matches_decides(guarded: Guarded) -> None:
    guarded.open_nic(rule("all", 200, destinationPortRange="*"), rule("no-ssh", 100, access="Deny"))
    assert guarded.ports() == [80, 443, 5985, 5986, 8080]


def test_a_rule_reaches_the_running_machine_as_it_comes_and_goes(guarded: Guarded, azure: Azure) -> None:
    guarded.open_nic()
    start_machine(azure, guarded.group, guarded.id_of("networkInterfaces", "nic")["id"])
    pip = guarded.client.public_ip_addresses.get(guarded.group, "pip")
    ssh = (str(pip.ip_address), 22 + azure.endpoints.guest_port_offset)
    rules: Any = guarded.client.security_rules
    assert not answers(ssh)
    rules.begin_create_or_update(guarded.group, "nsg", "ssh", rule("ssh", 100)).result()
    assert answers(ssh)
    rules.begin_delete(guarded.group, "nsg", "ssh").wait()
    assert not answers(ssh)
    guarded.security_group("nsg", rule("again", 100))
    assert answers(ssh)
    guarded.nic(networkSecurityGroup=guarded.id_of("networkSecurityGroups", "nsg"))
    assert not answers(ssh)


def answers(address: tuple[str, int]) -> bool:
    try:
        with socket.create_connection(address, timeout=5):
            return True
    except ConnectionRefusedError:
        return False


def test_subnet_and_interface_must_both_let_in(guarded: Guarded) -> None:
    guarded.open_nic(rule("all", 200, destinationPortRanges=["22", "80"], destinationPortRange=None))
    assert guarded.ports() == [22, 80]
    strict = guarded.security_group("strict", rule("web", 100, destinationPortRange="80-443"))
    guarded.subnet("default", "10.1.0.0/24", networkSecurityGroup={"id": strict.id})
    assert guarded.ports() == [80]
