"""A specialized image with a data disk, from an empty disk to VMs that are proved to be the build VM again.

It is of a distribution that nobody could generalize here, since nothing is taken away.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mintage.artifacts import Generalized, SourceDataDisk, Verified
from mintage.azure.capture import capture
from mintage.azure.clean_up import clean_up
from mintage.azure.clients import Clients
from mintage.azure.image_version import existing_version, with_status
from mintage.azure.preflight import check_destination
from mintage.azure.provision import provision
from mintage.azure.restore import restore
from mintage.azure.snapshot import snapshot_disks
from mintage.azure.source import resolve_source
from mintage.azure.verification import start_verification_vms
from mintage.azure.version_number import choose_version
from mintage.azure.vhd_export import deliver_vhds
from mintage.begun import Begun
from mintage.errors import RecipeError
from mintage.guests.linux import LinuxGuest
from mintage.recipe import LinuxRecipe, VhdForm
from mintage.settings import Settings
from mintage.verify.image import verify_image
from tests.contract.azure.conftest import Captured, MakePlan, plans
from tests.support.build_vms import keys_of

DISK = "/dev/disk/azure/scsi1/lun3"
READ = f"debugfs -R 'cat /hello' {DISK} 2>/dev/null"
FILL = f"set -e; mkdir -p /opt/content; echo hello > /opt/content/hello; mkfs.ext4 -q -d /opt/content {DISK}"
SPOIL = f"debugfs -w -R 'rm /hello' {DISK} 2>/dev/null"


class Nothing:
    """A record of a step that was never begun."""

    def read(self) -> Begun | None:
        return None

    def write(self, begun: Begun) -> None:
        raise AssertionError(begun)


@dataclass(frozen=True)
class Proved:
    build: Captured
    generalized: Generalized
    put_back: str
    """What the data disk held after it was put back."""
    vms: tuple[Any, ...]
    verified: Verified


def changes(folder: Path) -> dict[str, Any]:
    test = {"name": "the data disk", "inline": [f'test "$({READ})" = hello']}
    definition = {"name": "web", "publisher": "Mintage", "offer": "debian", "sku": "web", "state": "specialized"}
    publish = {
        "resource_group": f"images-{folder.name}",
        "gallery": f"images_{folder.name}".replace("-", "_"),
        "definition": definition,
        "forms": [{"kind": "vhd", "folder": str(folder)}],
    }
    build = {"region": "westeurope", "sizes": ["Standard_B2s"], "data_disks": [{"lun": 3, "gib": 1}]}
    return {"build": build, "publish": publish, "verify": {"tests": [test]}}


@pytest.fixture(scope="module")
def proved(clients: Clients, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proved]:
    with plans(clients) as make:
        plan = make(**changes(tmp_path_factory.mktemp("vhds")))
        assert isinstance(plan.recipe, LinuxRecipe)
        source, keys = resolve_source(clients, plan), keys_of(plan)
        check_destination(clients, settings, plan, source)
        vm = provision(clients, settings, plan, source, keys)
        guest = LinuxGuest(clients, plan, plan.recipe, keys)
        with guest.open(vm) as shell:
            shell.output("sed -i 's/^ID=.*/ID=devuan/' /etc/os-release")
        before = guest.inventory(vm)
        with guest.open(vm) as shell:
            shell.output(FILL)
        kept = snapshot_disks(clients, plan, vm, "kept")
        with guest.open(vm) as shell:
            shell.output(SPOIL)
        restore(clients, plan, vm, kept)
        with guest.open(vm) as shell:
            put_back = shell.output(READ).strip()
        generalized = guest.generalize(vm, kept, before, before, print, print, Nothing())
        image = capture(clients, plan, vm, choose_version(clients, plan), source)
        started = start_verification_vms(clients, settings, plan, image, keys)
        vms = tuple(clients.compute.virtual_machines.get(each.resource_group, each.name) for each in started)
        verified = verify_image(clients, settings, plan, image, keys, print)
        yield Proved(Captured(plan, source, keys, vm, image), generalized, put_back, vms, verified)
        assert clean_up(clients, plan).leftovers == ()


def test_nothing_is_taken_away_and_each_vm_is_proved_to_be_the_build_vm_again(proved: Proved) -> None:
    assert proved.generalized.checks == ()
    assert proved.verified.failed == ()
    names = [check.name for check in proved.verified.checks]
    assert "same-machine-ids" in names
    for vm in proved.verified.vms:
        assert {f"{vm}: kept-account", f"{vm}: test: the data disk", f"{vm}: agent-ready"} <= set(names)
        assert f"{vm}: build-user" not in names


def test_the_version_is_specialized_and_its_vms_ask_azure_for_no_account(clients: Clients, proved: Proved) -> None:
    plan, image = proved.build.plan, proved.build.image
    group, gallery = plan.recipe.publish.resource_group, plan.recipe.publish.gallery
    definition: Any = clients.compute.gallery_images.get(group, gallery, "web")
    assert definition["properties"]["osState"] == "Specialized"
    features = {each["name"]: each["value"] for each in definition["properties"]["features"]}
    assert features == {"SecurityType": "Standard"}
    for vm in proved.vms:
        assert "osProfile" not in vm["properties"]
    build_vm: Any = clients.compute.virtual_machines.get(plan.names.group, plan.names.vm, expand="instanceView")
    assert "OSState/generalized" not in str(build_vm["properties"]["instanceView"])
    storage = with_status(existing_version(clients, image))["properties"]["storageProfile"]
    assert [(each["lun"], each["sizeInGB"]) for each in storage["dataDiskImages"]] == [(3, 1)]


def test_the_data_disk_is_put_back_with_the_systems_is_on_each_vm_and_goes_with_it(
    clients: Clients, proved: Proved
) -> None:
    assert proved.put_back == "hello"
    for vm in proved.vms:
        (disk,) = vm["properties"]["storageProfile"]["dataDisks"]
        assert (disk["lun"], disk["createOption"], disk["deleteOption"]) == (3, "FromImage", "Delete")
    names = {str(each["name"]) for each in clients.compute.disks.list_by_resource_group(proved.build.plan.names.group)}
    vm = proved.build.plan.names.vm
    assert names == {f"{vm}-os-2", f"{vm}-data-3-2"}


def test_each_disk_is_a_vhd_of_its_own(clients: Clients, proved: Proved) -> None:
    build = proved.build
    (form,) = build.plan.recipe.publish.forms
    assert isinstance(form, VhdForm)
    system, data = deliver_vhds(clients, build.plan, form, build.vm, build.image)
    assert Path(system.identity).name == f"debian-12-web-{build.image.version}.vhd"
    assert Path(data.identity).name == f"debian-12-web-{build.image.version}-data-3.vhd"
    assert Path(data.identity).stat().st_size == 1024**3 + 512
    assert b"hello\n" in Path(data.identity).read_bytes()[: 64 * 1024**2]


def test_a_lun_that_the_source_has_is_refused(clients: Clients, settings: Settings, make_plan: MakePlan) -> None:
    plan = make_plan(build={"region": "westeurope", "data_disks": [{"lun": 3, "gib": 1}]})
    source = resolve_source(clients, plan)
    held = source.model_copy(update={"data_disks": (SourceDataDisk(lun=3),)})
    with pytest.raises(RecipeError, match="has a data disk there already"):
        check_destination(clients, settings, plan, held)
