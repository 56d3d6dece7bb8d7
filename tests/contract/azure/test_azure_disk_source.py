"""Builds on disks that are no image: a snapshot, a managed disk, a virtual machine. The source stays as it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mintage.artifacts import Address, BuildVm, ResolvedSource
from mintage.azure.clean_up import clean_up
from mintage.azure.clients import Clients
from mintage.azure.comeback import start_if_stopped
from mintage.azure.provision import provision
from mintage.azure.restore import restore
from mintage.azure.snapshot import snapshot_disks
from mintage.azure.source import resolve_source
from mintage.azure.source_copies import copy_source
from mintage.build_plan import BuildPlan
from mintage.errors import SourceError
from mintage.remote.ssh import connect as log_in
from mintage.settings import Settings
from tests.contract.conftest import Azure
from tests.support.build_vms import keys_of
from tests.support.compute import HERE, Compute
from tests.support.documented import GROUP, documented_source, headings

MakePlan = Callable[..., BuildPlan]
LUN = 3
DATA = f"/dev/disk/azure/scsi1/lun{LUN}"
READ = f"debugfs -R 'cat /hello' {DATA} 2>/dev/null"


class Old:
    """What the examples name: a machine that runs, marks in its system and on its data disk, and what is made of it.

    That is: snapshots, and of these a managed image and a specialized version in a gallery.
    """

    def __init__(self, azure: Azure) -> None:
        self.compute = Compute(azure, GROUP)
        body = self.compute.body("web-1")
        self.data = self.compute.disk("web-1-data", gb=4).id
        storage = body["properties"]["storageProfile"]
        storage["osDisk"]["name"] = "web-1-os"
        storage["dataDisks"] = [{"lun": LUN, "createOption": "Attach", "managedDisk": {"id": self.data}}]
        self.vm = self.compute.put("web-1", body)
        self.disk = self.vm.storage_profile.os_disk.managed_disk.id
        self.run("echo kept > /etc/mark", "rm -f /etc/sudoers.d/90-cloud-init-users")
        self.run("set -e; mkdir /opt/d; echo hello > /opt/d/hello", f"mkfs.ext4 -q -d /opt/d {DATA}; rm -r /opt/d")
        system, data = (str(self.compute.snapshot(each, each.rpartition("/")[2]).id) for each in self.disks)
        os_disk = {"osType": "Linux", "osState": "Generalized", "snapshot": {"id": system}}
        profile = {"osDisk": os_disk, "dataDisks": [{"lun": LUN, "snapshot": {"id": data}}]}
        self.compute.image("web-image", storageProfile=profile)
        self.version = self._version(system, data)

    @property
    def disks(self) -> tuple[str, str]:
        return self.disk, self.data

    def run(self, *lines: str) -> str:
        return self.compute.run("web-1", *lines)

    def seen(self) -> dict[str, Any]:
        """All that Azure says of the machine and its disks, and the boot that it is in."""
        found = self.compute.client.virtual_machines.get(GROUP, "web-1", expand="instanceView")
        machine: dict[str, Any] = found.as_dict()
        for status in machine["properties"]["instanceView"]["statuses"]:
            status.pop("time", None)
        machine["properties"]["instanceView"].pop("vmAgent")
        disks = [self.compute.client.disks.get(GROUP, each.rpartition("/")[2]).as_dict() for each in self.disks]
        boot = self.run(f"cat /proc/sys/kernel/random/boot_id /etc/mark; getent passwd | cksum; {READ}")
        assert "hello" in boot
        return {"machine": machine, "disks": disks, "boot": boot}

    def _version(self, system: str, data: str) -> str:
        client = self.compute.client
        here: Any = HERE
        client.galleries.begin_create_or_update(GROUP, "golden", here).wait()
        identifier = {"publisher": "web", "offer": "web", "sku": "web"}
        kind = {"osType": "Linux", "osState": "Specialized", "hyperVGeneration": "V2", "identifier": identifier}
        definition: Any = HERE | {"properties": kind | {"features": [{"name": "SecurityType", "value": "Standard"}]}}
        client.gallery_images.begin_create_or_update(GROUP, "golden", "web", definition).wait()
        storage = {
            "osDiskImage": {"source": {"id": system}},
            "dataDiskImages": [{"lun": LUN, "source": {"id": data}}],
        }
        publishing = {"targetRegions": [{"name": "westeurope"}]}
        body: Any = HERE | {"properties": {"storageProfile": storage, "publishingProfile": publishing}}
        versions = client.gallery_image_versions
        return str(versions.begin_create_or_update(GROUP, "golden", "web", "1.0.0", body).result().id)

    def source(self, heading: str) -> dict[str, Any]:
        """An example of the page."""
        return documented_source(heading, self.compute.azure.endpoints.subscription)


@pytest.fixture(scope="module")
def old(azure: Azure) -> Iterator[Old]:
    azure.resources.resource_groups.create_or_update(GROUP, {"location": "westeurope"})
    yield Old(azure)
    azure.resources.resource_groups.begin_delete(GROUP).wait()


def built(clients: Clients, settings: Settings, plan: BuildPlan) -> tuple[ResolvedSource, BuildVm]:
    source = resolve_source(clients, plan)
    if source.disk_id:
        source = copy_source(clients, plan, source)
    return source, provision(clients, settings, plan, source, keys_of(plan))


def said(plan: BuildPlan, vm: BuildVm, command: str) -> str:
    """What the build VM says to the build's own login, its host key known before."""
    assert isinstance(vm.address, Address)
    with log_in(vm.address, keys_of(plan).user_key().private, deadline=time.monotonic() + 30) as guest:
        return guest.output(command).strip()


@pytest.mark.parametrize("example", ["Snapshot", "Virtual machine", "Managed disk"])
def test_a_build_works_on_a_copy_with_a_login_of_its_own_and_the_source_stays_as_it_is(
    clients: Clients, settings: Settings, make_plan: MakePlan, old: Old, example: str
) -> None:
    given = old.source(example)
    # The page's example of a disk is of a generalized one.
    before, plan = old.seen(), make_plan(source={name: value for name, value in given.items() if name != "state"})
    source, vm = built(clients, settings, plan)
    assert (source.specialized, source.image_id, vm.specialized) == (True, None, True)
    assert said(plan, vm, f"id -un; cat /etc/mark; {READ}") == "root\nkept\nhello"
    made: Any = clients.compute.virtual_machines.get(plan.names.group, plan.names.vm)
    storage = made["properties"]["storageProfile"]
    assert "osProfile" not in made["properties"]
    assert [(disk["lun"], disk["diskSizeGB"]) for disk in storage["dataDisks"]] == [(LUN, 4)]
    assert vm.os_disk_id.endswith(f"/{plan.names.os_disk(vm.name)}")
    said(plan, vm, f"rm /etc/mark; debugfs -w -R 'rm /hello' {DATA}")
    assert said(plan, vm, READ) == ""
    assert old.seen() == before
    # A process that died after any of it finds all of it.
    assert copy_source(clients, plan, resolve_source(clients, plan)) == source
    assert provision(clients, settings, plan, source, keys_of(plan)) == vm
    assert clean_up(clients, plan).leftovers == ()
    assert old.seen() == before


def test_what_is_known_of_the_disks_is_recorded_before_anything_is_made(
    clients: Clients, make_plan: MakePlan, old: Old
) -> None:
    plan = make_plan(source=old.source("Virtual machine"))
    source = resolve_source(clients, plan)
    assert not clients.resources.resource_groups.check_existence(plan.names.group)
    known = {fact.name: fact.value for fact in source.facts}
    disk = old.compute.client.disks.get(GROUP, "web-1-os")
    assert source.exact == f"{old.vm.id} {old.vm.vm_id}"
    assert (known["unique id"], known["size"], known["VM power"]) == (disk.unique_id, "30 GiB", "running")
    assert known["made"][:19] == disk.time_created.isoformat()[:19]
    assert known[f"data disk {LUN}: size"] == "4 GiB"
    assert [(each.lun, each.size_gib, each.resource_id) for each in source.data_disks] == [(LUN, 4, old.data)]


@pytest.mark.parametrize(("example", "image"), [("Managed disk", "source-image"), ("Managed image", "web-image")])
def test_generalized_disks_and_images_boot_with_a_user_of_the_build_and_their_data_disks(
    clients: Clients, settings: Settings, make_plan: MakePlan, old: Old, example: str, image: str
) -> None:
    plan = make_plan(source=old.source(example))
    source, vm = built(clients, settings, plan)
    assert str(source.image_id).endswith(f"/images/{image}")
    assert vm.address.host_key == keys_of(plan).host_key(vm.name).public  # type: ignore[union-attr]
    assert said(plan, vm, f"cat /etc/mark; {READ}") == "kept\nhello"
    made: Any = clients.compute.virtual_machines.get(plan.names.group, plan.names.vm)
    assert made["properties"]["osProfile"]["adminUsername"] == "mintage"
    assert [disk["lun"] for disk in made["properties"]["storageProfile"]["dataDisks"]] == [LUN]
    assert [disk.lun for disk in source.data_disks] == [LUN]


def test_a_copy_is_put_back_and_comes_back_as_any_build_vm(
    clients: Clients, settings: Settings, make_plan: MakePlan, old: Old
) -> None:
    plan = make_plan(source=old.source("Snapshot"))
    _, vm = built(clients, settings, plan)
    kept = snapshot_disks(clients, plan, vm, "before")
    said(plan, vm, "rm /etc/mark")
    restore(clients, plan, vm, kept)
    assert said(plan, vm, "cat /etc/mark") == "kept"
    clients.compute.virtual_machines.begin_deallocate(vm.resource_group, vm.name).wait()
    start_if_stopped(clients, plan, vm)
    assert said(plan, vm, "cat /etc/mark") == "kept"


def test_a_zone_without_room_leaves_no_disk_that_the_next_zone_could_not_use(
    clients: Clients, settings: Settings, make_plan: MakePlan, old: Old
) -> None:
    plan = make_plan(source=old.source("Snapshot"), build={"region": "westeurope", "zones": ["2"]})
    source = copy_source(clients, plan, resolve_source(clients, plan))
    creation = {"createOption": "Copy", "sourceResourceId": source.os_snapshot_id}
    first: Any = {"location": "westeurope", "zones": ["1"], "properties": {"creationData": creation}}
    clients.compute.disks.begin_create_or_update(plan.names.group, plan.names.os_disk(plan.names.vm), first).wait()
    vm = provision(clients, settings, plan, source, keys_of(plan))
    assert vm.zone == "2"
    disk: Any = clients.compute.disks.get(plan.names.group, plan.names.os_disk(vm.name))
    assert disk["zones"] == ["2"]


def test_a_disk_that_is_another_one_by_now_is_not_built_on(clients: Clients, make_plan: MakePlan, old: Old) -> None:
    again = old.compute.snapshot(old.disk, "again")
    plan = make_plan(source={"kind": "snapshot", "snapshot_id": again.id})
    source = resolve_source(clients, plan)
    old.compute.client.snapshots.begin_delete(GROUP, "again").wait()
    with pytest.raises(SourceError, match="does not exist"):
        resolve_source(clients, plan)
    old.compute.snapshot(old.disk, "again")
    with pytest.raises(SourceError, match="not the one it was when the build began"):
        copy_source(clients, plan, source)


def test_what_cannot_be_built_on_is_refused_before_anything_is_made(
    clients: Clients, make_plan: MakePlan, old: Old
) -> None:
    system = {"osType": "Linux", "osState": "Specialized", "managedDisk": {"id": old.disk}}
    image = old.compute.image("as-it-is", storageProfile={"osDisk": system})
    wrong = {
        "The managed image is specialized": {"kind": "managed_image", "image_id": image.id},
        "holds no operating system": {"kind": "managed_disk", "disk_id": old.data},
        "in another region": old.source("Virtual machine"),
        "another operating system": old.source("Snapshot") | {"state": "generalized"},
    }
    more: dict[str, dict[str, Any]] = {
        "in another region": {"build": {"region": "uksouth"}},
        "another operating system": {"os": "windows"},
    }
    for told, source in wrong.items():
        plan = make_plan(source=source, **more.get(told, {}))
        with pytest.raises(SourceError, match=told):
            resolve_source(clients, plan)
        assert not clients.resources.resource_groups.check_existence(plan.names.group)


def test_a_specialized_gallery_version_is_built_on_without_a_profile(
    clients: Clients, settings: Settings, make_plan: MakePlan, old: Old
) -> None:
    plan = make_plan(source=old.source("Gallery"))
    source = resolve_source(clients, plan)
    assert (source.exact, source.specialized, source.is_ready) == (old.version, True, True)
    assert [(each.lun, each.size_gib) for each in source.data_disks] == [(LUN, 4)]
    vm = provision(clients, settings, plan, source, keys_of(plan))
    assert said(plan, vm, f"cat /etc/mark; {READ}") == "kept\nhello"


def test_the_page_has_no_example_that_no_test_builds_on() -> None:
    elsewhere = {"Marketplace", "VHD", "Community gallery", "Direct shared gallery"}
    here = {"Gallery", "Managed image", "Virtual machine", "Snapshot", "Managed disk"}
    assert headings("sources") == here | elsewhere
