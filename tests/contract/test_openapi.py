"""Every request a client of Azure sends, and every answer localazure gives, is one that Azure's OpenAPI knows.

The documents are not part of the project: MINTAGE_EVIDENCE names the folder they are in (../shared/evidence else).
They are of 2024 and the SDK of 2026: what is newer is excepted where it is used, by name and with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.compute import ComputeManagementClient
from azure.mgmt.network import NetworkManagementClient
from azure.mgmt.resource.resources import ResourceManagementClient

from tests.contract.conftest import Azure
from tests.contract.openapi import Exchange, OpenApi, Recorder
from tests.contract.test_open_galleries import COMMUNITY, REGION, OpenShelf
from tests.support.compute import Compute
from tests.support.network import Net, rule
from tests.support.shelf import Shelf, machine
from tests.support.windows_compute import windows_body


class Recorded(Azure):
    """Clients whose every exchange is kept."""

    def __init__(self, azure: Azure, stack: ExitStack) -> None:
        self.server, self.endpoints, self.credential = azure.server, azure.endpoints, azure.credential
        self.recorder = Recorder()
        options = self.options | {"per_retry_policies": [self.recorder]}
        self.compute = stack.enter_context(ComputeManagementClient(**options))
        self.network = stack.enter_context(NetworkManagementClient(**options))
        self.resources = stack.enter_context(ResourceManagementClient(**options))


@pytest.fixture
def recorded(azure: Azure) -> Iterator[Recorded]:
    with ExitStack() as stack:
        yield Recorded(azure, stack)


def test_groups_and_lists_are_as_documented(openapi: OpenApi, recorded: Recorded, group: str) -> None:
    resources = recorded.resources
    resources.resource_groups.update(group, {"tags": {"a": "b"}})
    resources.resource_groups.get(group)
    list(resources.resource_groups.list(filter="tagName eq 'a'"))
    list(resources.resources.list_by_resource_group(group))
    list(resources.providers.list())
    resources.providers.register("Microsoft.Compute")
    with pytest.raises(HttpResponseError):
        resources.resource_groups.get("gone")
    openapi.check(recorded.recorder, at_least=7)


def test_the_network_is_as_documented(openapi: OpenApi, recorded: Recorded, group: str) -> None:
    net, client = Net(recorded, group), recorded.network
    nsg = net.security_group("nsg", rule("ssh", 100))
    net.vnet()
    net.subnet("default", "10.1.0.0/24", networkSecurityGroup={"id": nsg.id})
    pip = net.public_ip(zones=["1"], tags={"a": "b"})
    net.nic(networkSecurityGroup={"id": nsg.id}, publicIPAddress={"id": pip.id})
    web: Any = rule("web", 110, destinationPortRange="80")
    client.security_rules.begin_create_or_update(group, "nsg", "web", web).result()
    for kind, name in (
        (client.virtual_networks, "net"),
        (client.network_security_groups, "nsg"),
        (client.public_ip_addresses, "pip"),
        (client.network_interfaces, "nic"),
    ):
        kind.get(group, name)
        list(kind.list(group))
        list(kind.list_all())
        kind.update_tags(group, name, {"tags": {"a": "b"}})
    client.subnets.get(group, "net", "default")
    list(client.subnets.list(group, "net"))
    list(client.security_rules.list(group, "nsg"))
    with pytest.raises(HttpResponseError):
        client.public_ip_addresses.begin_delete(group, "pip")
    client.network_interfaces.begin_delete(group, "nic").wait()
    client.public_ip_addresses.begin_delete(group, "pip").wait()
    client.subnets.begin_delete(group, "net", "default").wait()
    client.security_rules.begin_delete(group, "nsg", "web").wait()
    client.network_security_groups.begin_delete(group, "nsg").wait()
    client.virtual_networks.begin_delete(group, "net").wait()
    openapi.check(recorded.recorder, at_least=30)


def test_galleries_are_as_documented(openapi: OpenApi, recorded: Recorded, group: str) -> None:
    shelf, client = Shelf(recorded, group), recorded.compute
    shelf.version(targetRegions=[{"name": "westeurope"}], endOfLifeDate="2030-01-01T00:00:00Z")
    shelf.patch(publishingProfile={"targetRegions": [{"name": "westeurope"}, {"name": "eastus"}]})
    shelf.shown()
    client.galleries.get(group, shelf.gallery)
    list(client.galleries.list())
    list(client.galleries.list_by_resource_group(group))
    client.gallery_images.get(group, shelf.gallery, "web")
    list(client.gallery_images.list_by_gallery(group, shelf.gallery))
    list(client.gallery_image_versions.list_by_gallery_image(group, shelf.gallery, "web"))
    with pytest.raises(HttpResponseError):
        client.galleries.begin_delete(group, shelf.gallery)
    client.gallery_image_versions.begin_delete(group, shelf.gallery, "web", "1.0.0").wait()
    client.gallery_images.begin_delete(group, shelf.gallery, "web").wait()
    client.galleries.begin_delete(group, shelf.gallery).wait()
    openapi.check(recorded.recorder, at_least=15)


def test_open_galleries_are_as_documented(openapi: OpenApi, recorded: Recorded, group: str) -> None:
    shelf, client = OpenShelf(recorded, group), recorded.compute
    shelf.put(**COMMUNITY)
    shelf.fill()
    shelf.share(operationType="EnableCommunity")
    name = shelf.public_name()
    client.community_galleries.get(REGION, name)
    list(client.community_gallery_images.list(REGION, name))
    client.community_gallery_images.get(REGION, name, "image")
    list(client.community_gallery_image_versions.list(REGION, name, "image"))
    client.community_gallery_image_versions.get(REGION, name, "image", "1.0.0")
    shelf.share(operationType="Reset")
    shelf.put(permissions="Groups")
    shelf.share(operationType="Add", groups=[{"type": "AADTenants", "ids": [recorded.server.settings.tenant]}])
    list(client.shared_galleries.list(REGION))
    client.shared_galleries.get(REGION, shelf.unique)
    list(client.shared_gallery_images.list(REGION, shelf.unique))
    client.shared_gallery_images.get(REGION, shelf.unique, "image")
    list(client.shared_gallery_image_versions.list(REGION, shelf.unique, "image"))
    client.shared_gallery_image_versions.get(REGION, shelf.unique, "image", "1.0.0")
    client.galleries.get(group, shelf.name, expand="SharingProfile/Groups")
    openapi.check(recorded.recorder, at_least=25)


def test_machines_disks_and_images_are_as_documented(openapi: OpenApi, recorded: Recorded, group: str) -> None:
    compute = recorded.compute
    vm = machine(recorded, group)
    shown = compute.virtual_machines.get(group, "vm", expand="instanceView")
    compute.virtual_machines.instance_view(group, "vm")
    list(compute.virtual_machines.list(group))
    list(compute.virtual_machines.list_all())
    assert shown.storage_profile is not None
    disk = compute.disks.get(group, str(shown.storage_profile.os_disk.name))
    list(compute.disks.list_by_resource_group(group))
    snapshot: Any = {
        "location": "westeurope",
        "sku": {"name": "Standard_LRS"},
        "properties": {"incremental": True, "creationData": {"createOption": "Copy", "sourceResourceId": disk.id}},
    }
    compute.snapshots.begin_create_or_update(group, "before", snapshot).result()
    compute.snapshots.get(group, "before")
    list(compute.snapshots.list_by_resource_group(group))
    compute.virtual_machines.begin_restart(group, "vm").wait()
    compute.virtual_machines.begin_power_off(group, "vm").wait()
    compute.virtual_machines.generalize(group, "vm")
    compute.virtual_machines.begin_deallocate(group, "vm").wait()
    image: Any = {
        "location": "westeurope",
        "properties": {"hyperVGeneration": "V2", "sourceVirtualMachine": {"id": vm}},
    }
    compute.images.begin_create_or_update(group, "image", image).result()
    compute.images.get(group, "image")
    list(compute.images.list_by_resource_group(group))
    with pytest.raises(HttpResponseError):
        compute.virtual_machines.begin_start(group, "vm")
    compute.virtual_machines.begin_delete(group, "vm").wait()
    compute.images.begin_delete(group, "image").wait()
    compute.snapshots.begin_delete(group, "before").wait()
    openapi.check(recorded.recorder, at_least=20)


def test_windows_machines_and_run_command_are_as_documented(openapi: OpenApi, recorded: Recorded, group: str) -> None:
    compute, made = recorded.compute, Compute(recorded, group)
    body = windows_body(made)
    body["properties"]["licenseType"] = "Windows_Server"
    listeners = {"listeners": [{"protocol": "Http"}]}
    patches = {"patchMode": "Manual"}
    configuration = {"enableAutomaticUpdates": False, "timeZone": "UTC", "patchSettings": patches, "winRM": listeners}
    body["properties"]["osProfile"]["windowsConfiguration"] = configuration
    linux = made.body("vm")
    # The documents do not know the newer sizes.
    for each in (body, linux):
        each["properties"]["hardwareProfile"]["vmSize"] = "Standard_B2s"
    made.put("win", body)
    compute.virtual_machines.get(group, "win", expand="instanceView")
    made.patch("win", {"tags": {"a": "b"}})
    commands = compute.virtual_machine_run_commands
    list(commands.list("westeurope"))
    commands.get("westeurope", "RunPowerShellScript")
    wrong: Any = {"commandId": "RunShellScript", "script": ["true"], "parameters": [{"name": "a", "value": "b"}]}
    with pytest.raises(HttpResponseError):
        compute.virtual_machines.begin_run_command(group, "win", wrong)
    made.put("vm", linux)
    compute.virtual_machines.begin_run_command(group, "vm", wrong).wait()
    openapi.check(recorded.recorder, at_least=9)


def test_the_marketplace_and_sizes_are_as_documented(openapi: OpenApi, recorded: Recorded) -> None:
    compute, names = recorded.compute, ("westeurope", "Debian", "debian-12", "12-gen2")
    images = compute.virtual_machine_images
    images.list_publishers(names[0])
    images.list_offers(*names[:2])
    images.list_skus(*names[:3])
    version = images.list(*names, top=1, orderby="name desc")[0].name
    images.get(*names, version)
    list(compute.resource_skus.list(filter="location eq 'westeurope'"))
    list(compute.virtual_machine_sizes.list("westeurope"))
    list(compute.usage.list("westeurope"))
    with pytest.raises(HttpResponseError):
        images.get(*names, "0.0.0")
    openapi.check(recorded.recorder, at_least=9)


def test_the_judge_sees_what_is_wrong(openapi: OpenApi) -> None:
    path = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/a/images/b"
    wrong = {
        "location": "westeurope",
        "properties": {"osType": "BeOS", "osState": "Generalized", "colour": "red"},
    }
    exchange = Exchange("PUT", path, frozenset({"api-version", "why"}), wrong, 299, wrong)
    found = " / ".join(sorted(openapi.problems(exchange)))
    for part in (
        "unknown query parameter 'why'",
        "'identifier' is a required property",
        "'BeOS' is none of Azure's values",
        "unknown property 'colour'",
        "status 299 is not documented",
    ):
        assert part in found
