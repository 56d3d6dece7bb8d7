"""A whole build as Azure sees it, in processes that die; and the rights it needs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mintage.azure.calls import role_actions
from mintage.azure.capture import capture
from mintage.azure.clean_up import clean_up, defer_clean_up
from mintage.azure.clients import Clients, connect
from mintage.azure.comeback import start_if_stopped
from mintage.azure.managed_image import deliver_managed_image
from mintage.azure.marks import set_sysprep_mark
from mintage.azure.power import powered_off
from mintage.azure.preflight import check_destination
from mintage.azure.provision import provision
from mintage.azure.publish import mark_unfit, publish
from mintage.azure.restore import restore
from mintage.azure.run_command import run_script
from mintage.azure.snapshot import snapshot_disks
from mintage.azure.source import resolve_source
from mintage.azure.source_image import make_source_image
from mintage.azure.sweep import find_expired, remove
from mintage.azure.together import finish
from mintage.azure.verification import delete_vms, start_verification_vms, wait_for_host_keys
from mintage.azure.version_number import choose_version
from mintage.azure.vhd_export import deliver_vhds
from mintage.build_plan import BuildPlan
from mintage.errors import AzureRefused, SourceError
from mintage.recipe import ManagedImageForm, VhdForm
from mintage.settings import Settings
from mintage.upload import silent
from tests.contract.azure.conftest import capture_build
from tests.contract.conftest import Azure
from tests.contract.test_open_galleries import COMMUNITY, OpenShelf
from tests.support.build_vms import keys_of
from tests.support.disk_images import raw_disk

MakePlan = Callable[..., BuildPlan]
ROLE = Path(__file__).parents[3] / "deployments" / "azure-role.json"


@dataclass
class Build:
    """The steps of one build, each given what those before it found, as tasks with persisted results are."""

    settings: Settings
    plan: BuildPlan
    found: dict[str, Any]

    def steps(self) -> dict[str, Callable[[Clients], Any]]:
        plan, settings, found = self.plan, self.settings, self.found
        keys = keys_of(plan)
        return {
            "source": lambda clients: resolve_source(clients, plan),
            "check": lambda clients: check_destination(clients, settings, plan, found["source"]),
            "vm": lambda clients: provision(clients, settings, plan, found["source"], keys),
            "defer": lambda clients: defer_clean_up(clients, plan.build_id, timedelta(hours=9)),
            "start": lambda clients: start_if_stopped(clients, plan, found["vm"]),
            "snapshot": lambda clients: snapshot_disks(clients, plan, found["vm"], "before"),
            "number": lambda clients: choose_version(clients, plan),
            "image": lambda clients: capture(clients, plan, found["vm"], found["number"], found["source"]),
            "proofs": lambda clients: start_verification_vms(clients, settings, plan, found["image"], keys),
            "keys": lambda clients: [wait_for_host_keys(clients, vm, 60) for vm in found["proofs"]],
            "delete proofs": lambda clients: delete_vms(clients, plan, found["proofs"]),
            "publish": lambda clients: publish(clients, plan, found["image"], lambda states: None),
            "clean up": lambda clients: clean_up(clients, plan),
        }


@pytest.mark.timeout(600)
def test_a_build_whose_process_dies_again_and_again_writes_no_more_than_one_that_lives(
    settings: Settings, make_plan: MakePlan, mortal: Any
) -> None:
    """Every step is run in a process that dies after its first call, then after its second, until it gets through."""
    living, dying = (Build(settings, make_plan(), {}) for _ in range(2))
    deaths = 0
    for (name, live), die in zip(living.steps().items(), dying.steps().values(), strict=True):
        expected = mortal.alive(keeping(living, name, live), living.plan)
        outcome, died = mortal.dies_again_and_again(keeping(dying, name, die), dying.plan)
        assert outcome == expected, name
        deaths += died
    # How many exactly depends on how often a waiting step asks: 60 on an idle host, more on a busy one.
    assert deaths > 40


def test_the_role_allows_exactly_what_builds_do(
    settings: Settings, make_plan: MakePlan, tmp_path: Path, azure: Azure, group: str
) -> None:
    """What a build, its failures and the sweeper ask of localazure, and the removal of what failed in the making."""
    with connect(settings) as clients:
        build = Build(settings, make_plan(), {})
        for name, step in build.steps().items():
            build.found[name] = step(clients)
        from_nowhere(clients, make_plan)
        from_gallery(clients, make_plan, build)
        from_managed_image(clients, settings, make_plan)
        of_windows(clients, settings, make_plan)
        from_galleries_of_others(clients, make_plan, OpenShelf(azure, group))
        from_file(clients, make_plan, raw_disk(tmp_path / "disk.raw"))
        in_other_forms(clients, settings, make_plan, tmp_path)
        mark_unfit(clients, build.plan, build.found["image"])
        calls = clients.calls
    role = json.loads(ROLE.read_text())
    assert sorted(role["Actions"]) == sorted(role_actions([*calls, *removals(calls), *terms()]))
    assert role["NotActions"] == role["DataActions"] == role["NotDataActions"] == []


def from_nowhere(clients: Clients, make_plan: MakePlan) -> None:
    """An image there is not: what there is instead is looked up."""
    debian = {"kind": "marketplace", "publisher": "Debian", "offer": "debian-12", "sku": "12-gen2"}
    with pytest.raises(SourceError):
        resolve_source(clients, make_plan(source=debian | {"version": "99.*"}))


def from_gallery(clients: Clients, make_plan: MakePlan, build: Build) -> None:
    definition_id = build.found["image"].resource_id.partition("/versions/")[0]
    resolve_source(clients, make_plan(source={"kind": "gallery", "definition_id": definition_id}))


def from_managed_image(clients: Clients, settings: Settings, make_plan: MakePlan) -> None:
    """Only the look at the image is the build's own call; somebody else made it, and the sweeper removes the rest."""
    plan = make_plan()
    with connect(settings) as others:
        vm = provision(others, settings, plan, resolve_source(others, plan), keys_of(plan))
        others.compute.virtual_machines.begin_deallocate(vm.resource_group, vm.name).wait()
        others.compute.virtual_machines.generalize(vm.resource_group, vm.name)
        body: Any = {
            "location": "westeurope",
            "properties": {"sourceVirtualMachine": {"id": vm.resource_id}, "hyperVGeneration": "V2"},
        }
        image: Any = others.compute.images.begin_create_or_update(vm.resource_group, "kept", body).result()
    resolve_source(clients, make_plan(source={"kind": "managed_image", "image_id": image["id"]}))
    later = plan.expires + timedelta(days=1)
    remove(clients, tuple(each for each in find_expired(clients, later) if each.build_id == plan.build_id), later)


def from_galleries_of_others(clients: Clients, make_plan: MakePlan, shelf: OpenShelf) -> None:
    shelf.put(**COMMUNITY)
    shelf.fill()
    shelf.share(operationType="EnableCommunity")
    kinds = {"community_gallery": shelf.public_name(), "shared_gallery": shelf.unique}
    for kind, gallery in kinds.items():
        resolve_source(clients, make_plan(source={"kind": kind, "gallery": gallery, "image": "image"}))
        shelf.share(operationType="Reset")
        shelf.put(permissions="Groups")
        shelf.share(operationType="Add", groups=[{"type": "Subscriptions", "ids": [clients.subscription_id]}])


def from_file(clients: Clients, make_plan: MakePlan, file: Path) -> None:
    plan = make_plan(source={"kind": "vhd", "file": str(file)})
    make_source_image(clients, plan, resolve_source(clients, plan), silent)
    clean_up(clients, plan)


def in_other_forms(clients: Clients, settings: Settings, make_plan: MakePlan, folder: Path) -> None:
    """From snapshots, as a managed image and as a VHD; a copy asks for nothing that a version does not."""
    plan = make_plan()
    sections = plan.recipe.model_dump(mode="json")
    forms = [
        {"kind": "managed_image", "resource_group": plan.recipe.publish.resource_group},
        {"kind": "vhd", "folder": str(folder)},
    ]
    sections["publish"] |= {"capture_from": "snapshots", "forms": forms}
    plan = plan.model_copy(update={"recipe": type(plan.recipe).model_validate(sections)})
    build = capture_build(clients, settings, plan)
    image, vhd = plan.recipe.publish.forms
    assert isinstance(image, ManagedImageForm)
    assert isinstance(vhd, VhdForm)
    deliver_managed_image(clients, plan, image, build.vm, build.image, build.source)
    deliver_vhds(clients, plan, vhd, build.vm, build.image)
    publish(clients, plan, build.image, lambda states: None)
    clean_up(clients, plan)


def of_windows(clients: Clients, settings: Settings, make_plan: MakePlan) -> None:
    """What only builds of Windows ask. Whether the script runs is no matter of rights."""
    plan = make_plan()
    vm = provision(clients, settings, plan, resolve_source(clients, plan), keys_of(plan))
    set_sysprep_mark(clients, plan, vm, "begun")
    with pytest.raises(AzureRefused, match="RunPowerShellScript"):
        finish(vm.resource_id, run_script(clients, vm.resource_group, vm.name, "'hello'"), seconds=60)
    snapshot = snapshot_disks(clients, plan, vm, "before")
    finish(vm.resource_id, powered_off(clients, vm.resource_group, vm.name), seconds=60)
    restore(clients, plan, vm, snapshot)


def removals(calls: Counter[str]) -> set[str]:
    """What failed while it was made is deleted; galleries and definitions are shared, and never are."""
    shared = {"Microsoft.Compute/galleries", "Microsoft.Compute/galleries/images"}
    made = {kind.partition(" ")[2] for kind in calls if kind.startswith("PUT ")}
    return {f"DELETE {kind}" for kind in made - shared}


def terms() -> set[str]:
    """An image with a plan; test_azure_source makes these calls."""
    agreements = "Microsoft.MarketplaceOrdering/offerTypes/publishers/offers/plans/agreements"
    return {f"GET {agreements}", f"PUT {agreements}"}


def keeping(build: Build, name: str, step: Callable[[Clients], Any]) -> Callable[[Clients, BuildPlan], None]:
    def act(clients: Clients, plan: BuildPlan) -> None:
        build.found[name] = step(clients)

    return act
