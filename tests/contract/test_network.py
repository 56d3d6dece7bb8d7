"""Microsoft.Network through its SDK: what is made, what is shown back, and what is refused."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError

from tests.contract.conftest import Azure
from tests.support.network import HERE, Net, code_of, rule


@pytest.fixture
def net(azure: Azure, group: str) -> Net:
    return Net(azure, group)


def test_a_network_shows_its_subnets_and_keeps_those_a_later_put_is_silent_about(net: Net) -> None:
    made = net.vnet(subnets={"a": "10.1.0.0/24"})
    assert made.provisioning_state == "Succeeded"
    assert [subnet.name for subnet in made.subnets] == ["a"]
    net.subnet("b", "10.1.1.0/24")
    again = net.vnet()
    assert [(subnet.name, subnet.address_prefix) for subnet in again.subnets] == [
        ("a", "10.1.0.0/24"),
        ("b", "10.1.1.0/24"),
    ]
    assert again.resource_guid == made.resource_guid
    assert again.etag != made.etag
    only_b = net.vnet(subnets={"b": "10.1.1.0/24"})
    assert [subnet.name for subnet in only_b.subnets] == ["b"]


@pytest.mark.parametrize(
    ("prefix", "code"),
    [
        ("10.2.0.0/24", "NetcfgSubnetRangeOutsideVnet"),
        ("10.1.0.128/25", "NetcfgSubnetRangesOverlap"),
        ("10.1.1.0/30", "NetcfgInvalidSubnet"),
        ("10.1.1.1/24", "InvalidCIDRNotation"),
        ("10.1.1/24", "InvalidAddressPrefixFormat"),
        ("fd00::/64", "NotSupportedByLocalazure"),
    ],
)
def test_a_subnet_that_does_not_fit_is_refused(net: Net, prefix: str, code: str) -> None:
    net.vnet(subnets={"taken": "10.1.0.0/24"})
    with pytest.raises(HttpResponseError) as error:
        net.subnet("new", prefix)
    assert code_of(error) == code


@pytest.mark.parametrize(
    ("prefix", "code"),
    [
        ("169.254.0.0/16", "NetcfgInvalidIPAddressPrefix"),
        ("127.0.0.0/16", "NetcfgInvalidIPAddressPrefix"),
        ("10.0.0.0/30", "NetcfgInvalidIPAddressPrefix"),
    ],
)
def test_an_address_space_azure_does_not_route_is_refused(net: Net, prefix: str, code: str) -> None:
    with pytest.raises(HttpResponseError) as error:
        net.vnet(prefix=prefix)
    assert code_of(error) == code


def test_peerings_are_said_to_be_missing(net: Net) -> None:
    with pytest.raises(HttpResponseError) as error:
        net.vnet(virtualNetworkPeerings=[{"name": "p", "properties": {"allowForwardedTraffic": True}}])
    assert (error.value.status_code, code_of(error)) == (501, "NotSupportedByLocalazure")


def test_an_interface_gets_the_lowest_address_azure_does_not_keep(net: Net) -> None:
    net.vnet(subnets={"default": "10.1.0.0/29"})
    addresses = [net.nic(f"nic{n}").ip_configurations[0].private_ip_address for n in range(3)]
    assert addresses == ["10.1.0.4", "10.1.0.5", "10.1.0.6"]
    with pytest.raises(HttpResponseError) as error:
        net.nic("one-too-many")
    assert code_of(error) == "SubnetIsFull"
    net.client.network_interfaces.begin_delete(net.group, "nic1").wait()
    assert net.nic("next").ip_configurations[0].private_ip_address == "10.1.0.5"


def test_an_interface_keeps_its_address_when_it_is_put_again(net: Net) -> None:
    net.vnet(subnets={"default": "10.1.0.0/24"})
    net.nic("first")
    second = net.nic("second")
    net.client.network_interfaces.begin_delete(net.group, "first").wait()
    again = net.client.network_interfaces.begin_create_or_update(net.group, "SECOND", second).result()
    assert again.ip_configurations[0].private_ip_address == "10.1.0.5"
    assert again.name == "second"


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("10.1.0.3", "PrivateIPAddressInReservedRange"),
        ("10.1.0.255", "PrivateIPAddressInReservedRange"),
        ("10.1.1.4", "PrivateIPAddressNotInSubnet"),
        ("10.1.0.4", "PrivateIPAddressIsAllocated"),
        ("ten", "InvalidIPAddressFormat"),
    ],
)
def test_a_static_address_that_cannot_be_had_is_refused(net: Net, address: str, code: str) -> None:
    net.vnet(subnets={"default": "10.1.0.0/24"})
    net.nic("holder")
    with pytest.raises(HttpResponseError) as error:
        net.nic("other", privateIPAllocationMethod="Static", privateIPAddress=address)
    assert code_of(error) == code


def test_a_reference_must_exist_in_the_same_region(net: Net) -> None:
    net.vnet(subnets={"default": "10.1.0.0/24"})
    with pytest.raises(HttpResponseError) as absent:
        net.nic(subnet="elsewhere")
    with pytest.raises(HttpResponseError) as far:
        net.nic(location="eastus")
    with pytest.raises(HttpResponseError) as no_group:
        net.nic(networkSecurityGroup=net.id_of("networkSecurityGroups", "gone"))
    assert {code_of(absent), code_of(far), code_of(no_group)} == {"InvalidResourceReference"}


def test_a_public_address_serves_one_interface_and_both_show_it(net: Net) -> None:
    net.vnet(subnets={"default": "10.1.0.0/24"})
    pip = net.public_ip()
    nic = net.nic(publicIPAddress={"id": pip.id.upper()})
    held = net.client.public_ip_addresses.get(net.group, "pip")
    assert held.ip_configuration.id == nic.ip_configurations[0].id
    assert nic.ip_configurations[0].public_ip_address.id == pip.id
    with pytest.raises(HttpResponseError) as error:
        net.nic("other", publicIPAddress={"id": pip.id})
    assert code_of(error) == "PublicIPAddressInUse"


def test_public_addresses_are_loopback_addresses_of_their_own(net: Net, azure: Azure) -> None:
    addresses = {net.public_ip(f"pip{n}").ip_address for n in range(4)}
    assert len(addresses) == 4
    for address in addresses:
        assert address.startswith("127.")
        assert not address.startswith(("127.0.", "127.1."))
        with socket.socket() as probe:
            probe.bind((address, 22 + azure.endpoints.guest_port_offset))


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        ({"sku": "Basic", "method": "Dynamic"}, 400, "IPv4BasicSkuPublicIpCountLimitReached"),
        ({"method": "Dynamic"}, 400, "StandardAndStandardV2SkuPublicIPAddressesMustBeStatic"),
        ({"zones": ["4"]}, 400, "AvailabilityZoneNotSupported"),
        ({"colour": "red"}, 400, "InvalidRequestContent"),
    ],
)
def test_a_public_address_azure_would_refuse_is_refused(net: Net, given: Any, status: int, code: str) -> None:
    with pytest.raises(HttpResponseError) as error:
        net.public_ip(**given)
    assert (error.value.status_code, code_of(error)) == (status, code)


def test_zones_are_for_life(net: Net) -> None:
    assert net.public_ip(zones=["1", "2", "3"]).zones == ["1", "2", "3"]
    with pytest.raises(HttpResponseError) as error:
        net.public_ip(zones=["1"])
    assert code_of(error) == "ResourceAvailabilityZonesCannotBeModified"


def test_a_security_group_ends_with_azures_default_rules_and_names_its_users(net: Net) -> None:
    group = net.security_group("nsg", rule("ssh", 100))
    assert [each.name for each in group.security_rules] == ["ssh"]
    assert [each.name for each in group.default_security_rules if each.direction == "Inbound"] == [
        "AllowVnetInBound",
        "AllowAzureLoadBalancerInBound",
        "DenyAllInBound",
    ]
    net.vnet()
    subnet = net.subnet("default", "10.1.0.0/24", networkSecurityGroup={"id": group.id})
    nic = net.nic(networkSecurityGroup={"id": group.id})
    shown = net.client.network_security_groups.get(net.group, "nsg")
    assert [each.id for each in shown.subnets] == [subnet.id]
    assert [each.id for each in shown.network_interfaces] == [nic.id]


def test_rules_come_and_go_one_by_one(net: Net) -> None:
    net.security_group("nsg", rule("ssh", 100))
    rules = net.client.security_rules
    web: Any = rule("web", 110, destinationPortRange="443")
    rules.begin_create_or_update(net.group, "nsg", "web", web).result()
    assert [each.name for each in rules.list(net.group, "nsg")] == ["ssh", "web"]
    rules.begin_delete(net.group, "nsg", "ssh").wait()
    assert [each.name for each in net.client.network_security_groups.get(net.group, "nsg").security_rules] == ["web"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"priority": 99}, "SecurityRuleInvalidPriority"),
        ({"destinationPortRange": "80,443"}, "SecurityRuleInvalidPortRange"),
        ({"destinationPortRange": "90-80"}, "SecurityRuleInvalidPortRange"),
        ({"sourceAddressPrefix": "10.0.0.300"}, "SecurityRuleInvalidAddressPrefix"),
        ({"priority": 200}, "SecurityRuleConflict"),
        ({"protocol": "SSH"}, "InvalidParameter"),
        ({"sourcePortRange": None}, "SecurityRuleParameterNotSpecified"),
    ],
)
def test_a_rule_azure_would_refuse_is_refused(net: Net, wrong: dict[str, Any], code: str) -> None:
    net.security_group("nsg", rule("taken", 200))
    body: Any = rule("new", **({"priority": 150} | wrong))
    with pytest.raises(HttpResponseError) as error:
        net.client.security_rules.begin_create_or_update(net.group, "nsg", "new", body)
    assert code_of(error) == code


def test_what_is_in_use_cannot_be_deleted(net: Net) -> None:
    net.security_group()
    net.vnet(subnets={"default": "10.1.0.0/24"})
    pip = net.public_ip()
    nsg = net.id_of("networkSecurityGroups", "nsg")
    net.nic(publicIPAddress={"id": pip.id}, networkSecurityGroup=nsg)
    client, group = net.client, net.group
    refusals: dict[str, Callable[[], Any]] = {
        "InUseSubnetCannotBeDeleted": lambda: client.virtual_networks.begin_delete(group, "net"),
        "PublicIPAddressCannotBeDeleted": lambda: client.public_ip_addresses.begin_delete(group, "pip"),
        "InUseNetworkSecurityGroupCannotBeDeleted": lambda: client.network_security_groups.begin_delete(group, "nsg"),
        "InUsePrefixCannotBeDeleted": lambda: net.subnet("default", "10.1.4.0/24"),
    }
    for code, call in refusals.items():
        with pytest.raises(HttpResponseError) as error:
            call()
        assert (error.value.status_code, code_of(error)) == (400, code)
    with pytest.raises(HttpResponseError) as inline:
        net.vnet(subnets={})
    assert code_of(inline) == "InUseSubnetCannotBeDeleted"


def test_tags_are_the_only_patch_and_replace_what_was_there(net: Net) -> None:
    net.vnet()
    net.client.virtual_networks.update_tags(net.group, "net", {"tags": {"a": "1"}})
    patched = net.client.virtual_networks.update_tags(net.group, "net", {"tags": {"b": "2"}})
    assert patched.tags == {"b": "2"}


def test_a_resource_stays_in_its_region(net: Net) -> None:
    net.vnet()
    body: Any = {"location": "eastus", "properties": {"addressSpace": {"addressPrefixes": ["10.1.0.0/16"]}}}
    with pytest.raises(HttpResponseError) as moved:
        net.client.virtual_networks.begin_create_or_update(net.group, "net", body)
    with pytest.raises(HttpResponseError) as nowhere:
        net.client.virtual_networks.begin_create_or_update(net.group, "new", body | {"location": "mars"})
    assert (moved.value.status_code, code_of(moved)) == (409, "InvalidResourceLocation")
    assert code_of(nowhere) == "LocationNotAvailableForResourceType"


def test_creation_and_deletion_are_shaped_as_azure_shapes_them(net: Net, azure: Azure) -> None:
    path, version = f"{net.root}/virtualNetworks/net", {"api-version": "2024-05-01"}
    body: Any = HERE | {"properties": {"addressSpace": {"addressPrefixes": ["10.1.0.0/16"]}}}
    with azure.wire() as wire:
        created = wire.put(path, params=version, json=body)
        assert created.status_code == 201
        assert created.json()["properties"]["provisioningState"] == "Updating"
        status = wire.get(created.headers["Azure-AsyncOperation"])
        assert set(status.json()) == {"status"}
        net.client.virtual_networks.get(net.group, "NET")
        deleted = _patiently(lambda: wire.delete(path, params=version))
        assert (deleted.status_code, deleted.content) == (202, b"")
        assert "Azure-AsyncOperation" in deleted.headers
        ended = _patiently(lambda: wire.get(deleted.headers["Location"]))
        assert (ended.status_code, ended.content) == (204, b"")
        assert wire.delete(path, params=version).status_code == 204


def test_an_interface_is_there_at_once(net: Net, azure: Azure) -> None:
    net.vnet(subnets={"default": "10.1.0.0/24"})
    configuration = {"name": "a", "properties": {"subnet": net.id_of("virtualNetworks", "net/subnets/default")}}
    body: Any = HERE | {"properties": {"ipConfigurations": [configuration]}}
    with azure.wire() as wire:
        path, version = f"{net.root}/networkInterfaces/nic", {"api-version": "2024-05-01"}
        created = wire.put(path, params=version, json=body)
        assert created.status_code == 201
        assert created.json()["properties"]["provisioningState"] == "Succeeded"
        assert "Azure-AsyncOperation" not in created.headers
        assert wire.put(path, params=version, json=body).status_code == 200


def _patiently(call: Any) -> Any:
    """The answer once it is neither 202 to a GET nor 429: an operation is just ending."""
    answer = call()
    for _ in range(200):
        if answer.status_code != 429 and not (answer.request.method == "GET" and answer.status_code == 202):
            return answer
        answer = call()
    pytest.fail(f"still {answer.status_code} after 200 calls")
