"""Each recipe of docs/forms.md, delivered as the flow delivers it, and what came of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from azure.storage.blob import ContainerClient

from localazure.settings import OTHER_SUBSCRIPTION
from mintage.artifacts import Delivered
from mintage.azure.capture import capture
from mintage.azure.clean_up import clean_up
from mintage.azure.clients import Clients
from mintage.azure.copies import copy_version, destinations
from mintage.azure.free_names import check_names
from mintage.azure.managed_image import deliver_managed_image
from mintage.azure.preflight import check_destination
from mintage.azure.provision import provision
from mintage.azure.publish import publish
from mintage.azure.source import resolve_source
from mintage.azure.vhd_export import deliver_vhds
from mintage.build_plan import BuildPlan
from mintage.guests.linux import LinuxGuest
from mintage.recipe import CopyForm, LinuxRecipe, ManagedImageForm, parse_recipe
from mintage.settings import Settings
from mintage.vhd import hash_vhd
from tests.contract.azure.conftest import Captured, new_plan
from tests.contract.conftest import Azure
from tests.contract.test_blob_service import make_account
from tests.support.build_vms import keys_of
from tests.support.compute import Compute
from tests.support.documented import documented_form, headings

GROUP = "images"
"""The resource group that the examples publish to."""
VERSION = "1.0.0"


@dataclass(frozen=True)
class Made:
    """What an example came to."""

    build: Captured
    delivered: tuple[Delivered, ...]
    version: Any
    """As the gallery has it."""


class Maker:
    """Makes examples; their recipes are in ``folder``."""

    def __init__(self, clients: Clients, settings: Settings, folder: Path) -> None:
        self.clients, self.settings, self.folder = clients, settings, folder
        self.plans: list[BuildPlan] = []

    def make(self, heading: str, *, container: str = "", customize: str = "true") -> Made:
        plan = new_plan().model_copy(update={"recipe_folder": str(self.folder)})
        plan = plan.model_copy(update={"recipe": parse_recipe(documented_form(heading, container))})
        self.plans.append(plan)
        build = self._captured(plan, customize)
        delivered = tuple(self._delivered(build))
        publish(self.clients, plan, build.image, lambda states: None)
        version = self.clients.compute.gallery_image_versions.get(GROUP, "images", "web", build.image.version)
        return Made(build, delivered, version)

    def _captured(self, plan: BuildPlan, customize: str) -> Captured:
        clients, keys = self.clients, keys_of(plan)
        source = resolve_source(clients, plan)
        check_destination(clients, self.settings, plan, source)
        check_names(clients, plan, VERSION)
        vm = provision(clients, self.settings, plan, source, keys)
        assert isinstance(plan.recipe, LinuxRecipe)
        with LinuxGuest(clients, plan, plan.recipe, keys).open(vm) as guest:
            guest.output(customize)
        return Captured(plan, source, keys, vm, capture(clients, plan, vm, VERSION, source))

    def _delivered(self, build: Captured) -> Iterator[Delivered]:
        copies = {destination.form: destination for destination in destinations(self.clients, build.plan)}
        for number, form in enumerate(build.plan.recipe.publish.forms, 1):
            if isinstance(form, CopyForm):
                copied = copy_version(copies[number], build.image, build.source)
                yield Delivered(form="copy", identity=copied.resource_id)
            elif isinstance(form, ManagedImageForm):
                yield deliver_managed_image(self.clients, build.plan, form, build.vm, build.image, build.source)
            else:
                yield from deliver_vhds(self.clients, build.plan, form, build.vm, build.image)

    def remove(self) -> None:
        """All that was made, since the next example publishes another definition under the same name."""
        for plan in self.plans:
            assert clean_up(self.clients, plan).leftovers == ()
        for each in (self.clients, self.clients.in_subscription(OTHER_SUBSCRIPTION)):
            if each.resources.resource_groups.check_existence(GROUP):
                each.resources.resource_groups.begin_delete(GROUP).wait()


@pytest.fixture
def maker(clients: Clients, settings: Settings, tmp_path: Path) -> Iterator[Maker]:
    maker = Maker(clients, settings, tmp_path)
    yield maker
    maker.remove()


def test_copy(clients: Clients, maker: Maker) -> None:
    made = maker.make("Copy")
    (copy,) = made.delivered
    there = clients.in_subscription(OTHER_SUBSCRIPTION).compute.gallery_image_versions
    version: Any = there.get(GROUP, "elsewhere", "web", VERSION)
    assert version["id"] == copy.identity
    profile = version["properties"]["publishingProfile"]
    regions = {each["name"]: each["regionalReplicaCount"] for each in profile["targetRegions"]}
    assert (profile["excludeFromLatest"], regions) == (False, {"West Europe": 1, "East US": 2})


def test_managed_image(clients: Clients, maker: Maker) -> None:
    made = maker.make("Managed image")
    (image,) = made.delivered
    found: Any = clients.compute.images.get(GROUP, f"web-{VERSION}")
    assert found["id"] == image.identity
    assert found["properties"]["sourceVirtualMachine"]["id"] == made.build.vm.resource_id


def test_vhd(clients: Clients, maker: Maker, azure: Azure, group: str) -> None:
    account = make_account(azure, group, f"vhd{uuid.uuid4().hex[:12]}")
    container = f"{account.url}/images"
    ContainerClient(account.url, "images", credential=account.key, **account.options).create_container()
    file, blob = maker.make("VHD", container=container).delivered
    assert file.identity == str(maker.folder / "vhds" / f"web-{VERSION}.vhd")
    assert blob.identity == f"{container}/web-{VERSION}.vhd"
    assert file.checksum == blob.checksum == f"sha256:{hash_vhd(Path(file.identity))}"


def test_from_snapshots(clients: Clients, maker: Maker) -> None:
    made = maker.make("From snapshots")
    source = made.version["properties"]["storageProfile"]["osDiskImage"]["source"]["id"]
    assert "/snapshots/" in source
    vm: Any = clients.compute.virtual_machines.get(
        made.build.vm.resource_group, made.build.vm.name, expand="instanceView"
    )
    assert "OSState/generalized" not in str(vm["properties"]["instanceView"])


def test_data_disks(maker: Maker, azure: Azure, group: str) -> None:
    disk = "/dev/disk/azure/scsi1/lun3"
    fill = f"mkdir -p /srv/content && echo hello > /srv/content/page && mkfs.ext4 -q -d /srv/content {disk}"
    made = maker.make("Data disks", customize=fill)
    (data,) = made.version["properties"]["storageProfile"]["dataDiskImages"]
    assert (data["lun"], data["sizeInGB"]) == (3, 64)
    compute = Compute(azure, group)
    body = compute.body("of-version")
    body["properties"]["storageProfile"]["imageReference"] = {"id": made.version["id"]}
    compute.put("of-version", body)
    assert "hello" in compute.run("of-version", f"debugfs -R 'cat /page' {disk} 2>/dev/null")


def test_specialized(clients: Clients, maker: Maker) -> None:
    made = maker.make("Specialized")
    definition: Any = clients.compute.gallery_images.get(GROUP, "images", "web")
    assert definition["properties"]["osState"] == "Specialized"
    assert made.version["properties"]["publishingProfile"]["excludeFromLatest"] is False


def test_the_page_has_no_example_that_no_test_delivers() -> None:
    assert headings("forms") == {"Copy", "Managed image", "VHD", "From snapshots", "Data disks", "Specialized"}
