"""One captured build in all its forms: copies, a managed image, VHDs in a folder and in a container."""

from __future__ import annotations

import itertools
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from azure.storage.blob import ContainerClient

from localazure.settings import OTHER_SUBSCRIPTION
from mintage.artifacts import Delivered
from mintage.azure.clean_up import clean_up
from mintage.azure.clients import Clients
from mintage.azure.copies import copy_version, destinations
from mintage.azure.free_names import check_names
from mintage.azure.half_made import remove_half_made, withdraw
from mintage.azure.image_version import existing_version, with_status
from mintage.azure.managed_image import deliver_managed_image
from mintage.azure.own_blobs import blob_at
from mintage.azure.publish import publish
from mintage.azure.sweep import find_expired, remove
from mintage.azure.unproved_images import take_back
from mintage.azure.version_number import choose_version
from mintage.azure.vhd_export import deliver_vhds
from mintage.build_plan import BuildPlan
from mintage.errors import RecipeError, SettingsError
from mintage.names import EXPIRES_TAG, NEVER
from mintage.recipe import ManagedImageForm, VhdForm
from mintage.settings import Settings
from mintage.upload import PageBlob
from mintage.vhd import hash_vhd, open_image
from tests.contract.azure.conftest import Captured, Mortal, capture_build, new_plan, plans, with_publish
from tests.contract.conftest import Azure
from tests.contract.test_blob_service import Account, make_account
from tests.support.compute import Compute

FORMS = ["copy", "copy", "managed image", "VHD", "VHD"]


@dataclass(frozen=True)
class Formed:
    """A captured build, with what it was delivered as."""

    build: Captured
    delivered: tuple[Delivered, ...]
    deaths: int
    writes: Counter[str]
    """By kind, of all processes together."""

    def of(self, form: str) -> list[str]:
        return [each.identity for each in self.delivered if each.form == form]


def formed(plan: BuildPlan, folder: Path, container: str) -> BuildPlan:
    group = plan.recipe.publish.resource_group
    return with_publish(
        plan,
        forms=[
            {"kind": "copy", "resource_group": group, "gallery": f"second_{plan.build_id}"},
            {
                "kind": "copy",
                "subscription_id": OTHER_SUBSCRIPTION,
                "resource_group": f"copies-{plan.build_id}",
                "gallery": f"copies_{plan.build_id}",
                "definition": {"name": "web", "publisher": "Other", "offer": "debian", "sku": "12"},
                "regions": [{"name": "eastus", "replicas": 2}],
            },
            {"kind": "managed_image", "resource_group": group},
            {"kind": "vhd", "folder": str(folder)},
            {"kind": "vhd", "container": container},
        ],
    )


def delivered_by_mortals(settings: Settings, clients: Clients, build: Captured) -> Formed:
    """By processes that die ever later, until one gets to the end."""
    mortal, calls = Mortal(settings, clients), Counter[str]()
    for deaths, after in enumerate(itertools.accumulate(itertools.count(2))):
        asked = mortal.dies_after(after, lambda mine, _: deliver(mine, build), build.plan)
        if asked is None:
            writes = Counter({kind: count for kind, count in calls.items() if kind.startswith(("PUT", "DELETE"))})
            return Formed(build, deliver(clients, build), deaths, writes)
        calls += asked
    raise AssertionError


def deliver(clients: Clients, build: Captured) -> tuple[Delivered, ...]:
    """As the flow's steps do."""
    delivered: list[Delivered] = []
    for destination in list(destinations(clients, build.plan))[1:]:
        copied = copy_version(destination, build.image, build.source)
        delivered.append(Delivered(form="copy", identity=copied.resource_id))
    for form in build.plan.recipe.publish.forms:
        if isinstance(form, ManagedImageForm):
            delivered.append(deliver_managed_image(clients, build.plan, form, build.vm, build.image, build.source))
        elif isinstance(form, VhdForm):
            delivered += deliver_vhds(clients, build.plan, form, build.vm, build.image)
    return tuple(delivered)


@pytest.fixture(scope="module")
def account(azure: Azure) -> Iterator[Account]:
    group = f"vhds-{uuid.uuid4().hex[:8]}"
    azure.resources.resource_groups.create_or_update(group, {"location": "westeurope"})
    yield make_account(azure, group, f"vhd{uuid.uuid4().hex[:12]}")
    azure.resources.resource_groups.begin_delete(group).wait()


@pytest.fixture(scope="module")
def container(account: Account) -> str:
    return new_container(account, "images")


def new_container(account: Account, name: str) -> str:
    ContainerClient(account.url, name, credential=account.key, **account.options).create_container()
    return f"{account.url}/{name}"


@pytest.fixture(scope="module")
def forms(
    clients: Clients, settings: Settings, container: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Formed]:
    with plans(clients) as make:
        plan = formed(make(), tmp_path_factory.mktemp("vhds"), container)
        build = capture_build(clients, settings, plan, customize="echo yes > /etc/built")
        yield delivered_by_mortals(settings, clients, build)
        there = clients.in_subscription(OTHER_SUBSCRIPTION)
        there.resources.resource_groups.begin_delete(f"copies-{plan.build_id}").wait()
        assert clean_up(clients, plan).leftovers == ()


def test_each_form_is_named_and_delivering_again_finds_them_done(clients: Clients, forms: Formed) -> None:
    assert [each.form for each in forms.delivered] == FORMS
    before = clients.calls.copy()
    assert deliver(clients, forms.build) == forms.delivered
    written = {kind for kind in clients.calls - before if kind.startswith(("PUT", "DELETE"))}
    assert written == set()


def test_a_process_that_dies_in_the_middle_of_a_form_is_gone_on_with_and_makes_nothing_twice(forms: Formed) -> None:
    # More where a waiting step asks more often: on a busy host.
    assert forms.deaths > 3
    for kind in ("images", "snapshots"):
        assert forms.writes[f"PUT Microsoft.Compute/{kind}"] <= 1
    assert forms.writes["PUT Microsoft.Compute/galleries/images/versions"] <= 2
    assert not [kind for kind in forms.writes if kind.startswith("DELETE")]


def test_a_vhd_has_the_same_checksum_in_a_file_and_in_a_blob_and_can_be_built_from(
    clients: Clients, forms: Formed, container: str
) -> None:
    file, blob = forms.of("VHD")
    checksums = {each.checksum for each in forms.delivered if each.form == "VHD"}
    version = forms.build.image.version
    assert Path(file).name == f"debian-12-web-{version}.vhd"
    assert blob == f"{container}/debian-12-web-{version}.vhd"
    with open_image(Path(file), generation="V2", seconds=60) as image:
        assert checksums == {f"sha256:{image.sha256}"}
        assert image.size == 30 * 1024**3
    assert Path(file).stat().st_blocks * 512 < 256 * 1024**2
    told = subprocess.run([sys.executable, "-m", "mintage.vhd", file], check=True, capture_output=True, text=True)
    assert told.stdout.split()[0] in checksums
    with PageBlob(blob, blob, credential=clients.credential, ca_file=clients.ca_file) as there:
        assert there.length() == Path(file).stat().st_size
        assert dict(there.client.get_blob_properties().metadata)["mintage_whole"] == "yes"
    assert not list(Path(file).parent.glob(".*.part"))


def test_vms_are_made_of_the_managed_image_and_of_a_copy_in_another_subscription(
    azure: Azure, group: str, forms: Formed
) -> None:
    compute = Compute(azure, group)
    (managed,), (_, copy) = forms.of("managed image"), forms.of("copy")
    for name, image in (("of-image", managed), ("of-copy", copy)):
        body = compute.body(name)
        body["properties"]["storageProfile"]["imageReference"] = {"id": image}
        compute.put(name, body)
        assert "yes" in compute.run(name, "cat /etc/built")


def test_a_managed_image_is_of_the_build_vm_and_a_copy_is_where_its_own_gallery_says(
    clients: Clients, forms: Formed
) -> None:
    plan, image = forms.build.plan, forms.build.image
    (managed,) = forms.of("managed image")
    made: Any = clients.compute.images.get(plan.recipe.publish.resource_group, managed.rpartition("/")[2])
    assert made["properties"]["sourceVirtualMachine"]["id"] == forms.build.vm.resource_id
    assert made["properties"]["hyperVGeneration"] == "V2"
    here, there = forms.of("copy")
    assert f"second_{plan.build_id}/images/debian-12-web/versions/{image.version}" in here
    assert there.startswith(f"/subscriptions/{OTHER_SUBSCRIPTION}/resourceGroups/copies-{plan.build_id}/")
    other = clients.in_subscription(OTHER_SUBSCRIPTION)
    names = (f"copies-{plan.build_id}", f"copies_{plan.build_id}", "web")
    definition: Any = other.compute.gallery_images.get(*names)
    assert definition["properties"]["identifier"]["publisher"] == "Other"
    version: Any = other.compute.gallery_image_versions.get(*names, image.version)
    assert version["properties"]["storageProfile"]["source"]["id"] == image.resource_id
    assert version["properties"]["publishingProfile"]["excludeFromLatest"] is True


def test_publishing_includes_the_copies_and_keeps_the_managed_image(clients: Clients, forms: Formed) -> None:
    plan, image = forms.build.plan, forms.build.image
    unpublished = {each.kind for each in find_expired(clients, plan.expires + timedelta(minutes=1)) if mine(each, plan)}
    assert unpublished >= {"build", "managed image"}

    publish(clients, plan, image, lambda states: None)

    for destination in destinations(clients, plan):
        group, gallery = destination.plan.recipe.publish.resource_group, destination.plan.recipe.publish.gallery
        name = destination.plan.recipe.publish.definition.name
        version = destination.clients.compute.gallery_image_versions.get(group, gallery, name, image.version)
        profile: Any = version["properties"]["publishingProfile"]
        assert profile["excludeFromLatest"] is False
        regions = {each["name"]: each["regionalReplicaCount"] for each in profile["targetRegions"]}
        assert regions == {"West Europe": 1} | ({"East US": 2} if name == "web" else {}) | (
            {"North Europe": 2} if destination.form == 0 else {}
        )
        assert EXPIRES_TAG not in version["tags"]
    (managed,) = forms.of("managed image")
    made: Any = clients.compute.images.get(plan.recipe.publish.resource_group, managed.rpartition("/")[2])
    assert made["tags"][EXPIRES_TAG] == NEVER
    left = {each.kind for each in find_expired(clients, plan.expires + timedelta(minutes=1)) if mine(each, plan)}
    assert left == {"build"}
    assert choose_version(clients, plan) == image.version


def mine(found: Any, plan: BuildPlan) -> bool:
    return bool(found.build_id == plan.build_id)


def test_from_snapshots_the_vm_is_never_marked_and_half_made_forms_are_removed(
    clients: Clients, settings: Settings, make_plan: Any, tmp_path: Path, account: Account
) -> None:
    plan, container = make_plan(), new_container(account, "others")
    group = plan.recipe.publish.resource_group
    plan = with_publish(
        plan,
        capture_from="snapshots",
        forms=[
            {"kind": "managed_image", "resource_group": group},
            {"kind": "vhd", "folder": str(tmp_path)},
            {"kind": "vhd", "container": container},
        ],
    )
    build = capture_build(clients, settings, plan)
    delivered = deliver(clients, build)
    version: Any = with_status(existing_version(clients, build.image))
    source = version["properties"]["storageProfile"]["osDiskImage"]["source"]["id"]
    assert "/snapshots/frozen-" in source
    vm: Any = clients.compute.virtual_machines.get(build.vm.resource_group, build.vm.name, expand="instanceView")
    assert "OSState/generalized" not in str(vm["properties"]["instanceView"])
    name = f"debian-12-web-{build.image.version}"
    image: Any = clients.compute.images.get(group, name)
    assert image["properties"]["storageProfile"]["osDisk"]["snapshot"]["id"] == source

    # Of a later version and of another build, which are at work on them.
    others = {f".{name}1.vhd.{plan.build_id}.part", f".{name}.vhd.another.part"}
    for draft in (f".{name}-data-0.vhd.{plan.build_id}.part", *others):
        (tmp_path / draft).write_bytes(b"half")
    for half, whose in ((f"{name}-data-0.vhd", plan.build_id), (f"{name}-data-1.vhd", "another")):
        where = f"{container}/{half}"
        with PageBlob(where, where, credential=clients.credential, ca_file=clients.ca_file) as blob:
            blob.create(1024**2, "5" * 64, whose)
    assert remove_half_made(clients, plan, build.image.version) == ()
    assert {each.name for each in tmp_path.iterdir()} == {f"{name}.vhd", *others}
    for draft in others:
        (tmp_path / draft).unlink()
    with ContainerClient.from_container_url(
        container, credential=clients.credential, connection_verify=clients.ca_file
    ) as client:
        assert {each.name for each in client.list_blobs()} == {f"{name}.vhd", f"{name}-data-1.vhd"}
        client.delete_blob(f"{name}-data-1.vhd")
        withdraw(clients, delivered)
        withdraw(clients, delivered)
        assert [each.name for each in client.list_blobs(name_starts_with=name)] == []
    assert list(tmp_path.iterdir()) == []

    # A signature that a dead process left out holds neither the snapshot nor its group.
    clients.compute.snapshots.begin_grant_access(
        plan.names.group, source.rpartition("/")[2], {"access": "Read", "durationInSeconds": 600}
    ).result()
    take_back(clients, plan)
    assert not list(clients.compute.images.list_by_resource_group(group))
    assert clean_up(clients, plan).leftovers == ()


def test_what_nobody_published_is_swept(clients: Clients, settings: Settings, make_plan: Any) -> None:
    plan = make_plan()
    group = plan.recipe.publish.resource_group
    plan = with_publish(plan, forms=[{"kind": "managed_image", "resource_group": group}])
    build = capture_build(clients, settings, plan)
    deliver(clients, build)
    later = plan.expires + timedelta(minutes=1)
    removed = remove(clients, tuple(each for each in find_expired(clients, later) if mine(each, plan)), later).removed
    assert not list(clients.compute.images.list_by_resource_group(group))
    assert any("/versions/" in each for each in removed)


def test_names_that_are_taken_are_found_before_anything_is_made(
    clients: Clients, forms: Formed, account: Account
) -> None:
    plan, version = forms.build.plan, forms.build.image.version
    managed, folder, container = forms.build.plan.recipe.publish.forms[2:]
    other = plan.model_copy(update={"build_id": "another"})
    for form, seen in ((managed, "/images/debian-12-web-"), (folder, ".vhd"), (container, f"{account.url}/images/")):
        with pytest.raises(RecipeError, match="something of the name") as raised:
            check_names(clients, with_publish(other, forms=[form.model_dump(mode="json")]), version)
        assert seen in raised.value.seen
    check_names(clients, with_publish(other, forms=[folder.model_dump(mode="json")]), "9.9.9")
    absent = {"kind": "vhd", "container": f"{account.url}/absent"}
    with pytest.raises(RecipeError, match="not there"):
        check_names(clients, with_publish(other, forms=[absent]), version)


def test_a_version_whose_number_only_begins_alike_takes_no_name(
    clients: Clients, forms: Formed, account: Account
) -> None:
    form = forms.build.plan.recipe.publish.forms[4].model_dump(mode="json")
    plan = with_publish(forms.build.plan, forms=[form])
    with blob_at(clients, f"{form['container']}/{plan.recipe.name}-1.0.11.vhd") as blob:
        blob.create(1024, "of version 1.0.11")
    check_names(clients, plan, "1.0.1")
    with pytest.raises(RecipeError, match="something of the name"):
        check_names(clients, plan, "1.0.11")


def test_another_file_of_the_name_is_never_written_over(
    clients: Clients, forms: Formed, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = Path(forms.of("VHD")[0])
    kept = hash_vhd(file)
    form = next(each for each in forms.build.plan.recipe.publish.forms if isinstance(each, VhdForm) and each.folder)
    monkeypatch.setattr("mintage.upload.export_file.hash_vhd", lambda path: "another")
    with pytest.raises(SettingsError, match="another file of that name"):
        deliver_vhds(clients, forms.build.plan, form, forms.build.vm, forms.build.image)
    assert hash_vhd(file) == kept


def test_two_builds_never_take_one_number_of_a_copys_gallery(clients: Clients, forms: Formed) -> None:
    """Whatever the recipe's own gallery holds."""
    other = new_plan()
    copied = forms.build.plan.recipe.publish.forms[0].model_dump(mode="json")
    assert choose_version(clients, with_publish(other, forms=[copied])).rpartition(".")[2] == "1"
