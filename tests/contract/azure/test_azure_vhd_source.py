"""An image of a disk in a file, or in a blob: looked at, brought to Azure, built on and captured."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from azure.storage.blob import ContainerClient, generate_blob_sas

from mintage.azure.capture import capture
from mintage.azure.clean_up import clean_up
from mintage.azure.clients import Clients
from mintage.azure.provision import provision
from mintage.azure.source import resolve_source
from mintage.azure.source_image import make_source_image
from mintage.azure.version_number import choose_version
from mintage.build_plan import BuildPlan
from mintage.errors import SettingsError, SourceError
from mintage.names import SOURCE_TAG
from mintage.settings import Settings
from mintage.upload import PageBlob, silent, upload_image
from mintage.vhd import open_image
from tests.contract.conftest import Azure
from tests.contract.test_blob_service import Account, make_account
from tests.support.build_vms import keys_of
from tests.support.disk_images import MIB, SIZE, converted, raw_disk
from tests.support.documented import documented_source
from tests.support.exported import export_debian

MakePlan = Callable[..., BuildPlan]
GIB = 1024**3


@pytest.fixture(scope="module")
def debian(clients: Clients, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export_debian(clients, tmp_path_factory.mktemp("debian"))


@pytest.fixture
def account(azure: Azure, group: str) -> Account:
    account = make_account(azure, group, f"vhd{uuid.uuid4().hex[:12]}")
    ContainerClient(account.url, "images", credential=account.key, **account.options).create_container()
    return account


def of_file(make_plan: MakePlan, file: Path, **more: Any) -> BuildPlan:
    return make_plan(source={"kind": "vhd", "file": str(file), **more})


def test_a_build_starts_from_a_file_and_its_version_says_from_which(
    clients: Clients, settings: Settings, make_plan: MakePlan, debian: Path
) -> None:
    example = make_plan(source=documented_source("VHD", clients.subscription_id))
    plan, heard = example.model_copy(update={"recipe_folder": str(debian.parent)}), list[tuple[int, int]]()
    keys = keys_of(plan)
    source = resolve_source(clients, plan)
    assert source.exact.startswith("debian.vhd sha256:")
    assert (source.os_disk_size_gib, source.generation, source.is_ready) == (30, "V2", False)
    ready = make_source_image(clients, plan, source, lambda *so_far: heard.append(so_far))
    assert ready.is_ready
    assert ready.exact == source.exact
    assert heard[-1][0] == heard[-1][1] < 64 * MIB
    # As a process that died after its upload does it again.
    assert make_source_image(clients, plan, source, silent) == ready
    vm = provision(clients, settings, plan, ready, keys)
    image = capture(clients, plan, vm, choose_version(clients, plan), source)
    _, group, (gallery, definition, version) = (
        None,
        plan.recipe.publish.resource_group,
        image.resource_id.split("/")[8::2],
    )
    made = clients.compute.gallery_image_versions.get(group, gallery, definition, version)
    assert (made.tags or {})[SOURCE_TAG] == source.exact
    assert clean_up(clients, plan).leftovers == ()


def test_what_an_interrupted_upload_left_is_cleaned_up(
    clients: Clients, make_plan: MakePlan, debian: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = of_file(make_plan, debian)
    source = resolve_source(clients, plan)

    def dying(*_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(PageBlob, "write", dying)
    with pytest.raises(ConnectionError):
        make_source_image(clients, plan, source, silent)
    cleaned = clean_up(clients, plan)
    assert any(each.endswith("/source-disk") for each in cleaned.removed)
    assert cleaned.leftovers == ()


def test_a_file_that_changed_meanwhile_is_not_built_on(clients: Clients, make_plan: MakePlan, tmp_path: Path) -> None:
    plan = of_file(make_plan, raw_disk(tmp_path / "disk.raw"))
    source = resolve_source(clients, plan)
    raw_disk(tmp_path / "disk.raw", seed=2)
    with pytest.raises(SourceError, match="not what it was when the build began"):
        make_source_image(clients, plan, source, silent)


def test_a_name_is_the_recipes_neighbour_and_every_format_is_taken(
    clients: Clients, make_plan: MakePlan, tmp_path: Path
) -> None:
    converted(raw_disk(tmp_path / "disk.raw"), tmp_path / "disk.qcow2", "qcow2")
    plain, packed = (
        make_plan(source={"kind": "vhd", "file": name}).model_copy(update={"recipe_folder": str(tmp_path)})
        for name in ("disk.raw", "disk.qcow2")
    )
    assert resolve_source(clients, plain).content == resolve_source(clients, packed).content
    ready = make_source_image(clients, packed, resolve_source(clients, packed), silent)
    image = clients.compute.images.get(packed.names.group, packed.names.source_image)
    assert image.id == ready.image_id
    assert image.storage_profile is not None
    assert image.storage_profile.os_disk is not None
    assert image.storage_profile.os_disk.os_state == "Generalized"


def put(account: Account, file: Path, name: str = "disk.vhd") -> str:
    """Upload a disk to the account, as the one who owns it would; the blob's URL."""
    with open_image(file, generation="V2", seconds=60) as image:
        url = account.made(name, image.length).url
        with PageBlob(url, url, credential=account.azure.credential, ca_file=account.azure.endpoints.ca) as blob:
            upload_image(image, blob, silent)
    return url


def test_a_build_starts_from_a_blob_that_its_identity_may_read(
    clients: Clients, settings: Settings, make_plan: MakePlan, debian: Path, account: Account
) -> None:
    url = put(account, debian)
    plan = make_plan(source={"kind": "vhd", "url": url})
    source = resolve_source(clients, plan)
    assert source.exact == f"{url} {account.blob().get_blob_properties().etag}"
    ready = make_source_image(clients, plan, source, silent)
    vm = provision(clients, settings, plan, ready, keys_of(plan))
    assert vm.os_disk_id


def test_a_blob_is_read_by_a_signature_that_only_the_worker_knows(
    clients: Clients, make_plan: MakePlan, tmp_path: Path, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = put(account, raw_disk(tmp_path / "disk.raw"))
    plan = make_plan(source={"kind": "vhd", "url": url, "sas_variable": "SOURCE_SAS"})
    with pytest.raises(SettingsError, match="SOURCE_SAS"):
        resolve_source(clients, plan)
    sas = generate_blob_sas(
        account.name, "images", "disk.vhd", account_key=account.key, permission="r",
        expiry=datetime.now(UTC) + timedelta(hours=1),
    )  # fmt: skip
    monkeypatch.setenv("SOURCE_SAS", f"?{sas}")
    source = resolve_source(clients, plan)
    ready = make_source_image(clients, plan, source, silent)
    assert "sig" not in plan.model_dump_json() + ready.model_dump_json()
    monkeypatch.setenv("SOURCE_SAS", sas.replace("sig=", "sig=x"))
    with pytest.raises(Exception, match="permission to the blob"):
        resolve_source(clients, plan)


def test_a_blob_that_changed_or_is_gone_is_not_built_on(
    clients: Clients, make_plan: MakePlan, tmp_path: Path, account: Account
) -> None:
    url = put(account, raw_disk(tmp_path / "disk.raw"))
    plan = make_plan(source={"kind": "vhd", "url": url})
    source = resolve_source(clients, plan)
    account.blob().set_blob_metadata({"changed": "now"})
    with pytest.raises(SourceError, match="changed while it was copied"):
        make_source_image(clients, plan, source, silent)
    with pytest.raises(SourceError, match="no such blob"):
        resolve_source(clients, make_plan(source={"kind": "vhd", "url": f"{url}.gone"}))
    # Its disk waits for the rest, with a signature out.
    assert clean_up(clients, plan).leftovers == ()


def test_a_blob_that_is_no_vhd_is_refused_before_anything_is_made(
    clients: Clients, make_plan: MakePlan, account: Account
) -> None:
    url = account.made("zeros.vhd", SIZE + 512).url
    plan = make_plan(source={"kind": "vhd", "url": url})
    with pytest.raises(SourceError, match="no footer at their end"):
        resolve_source(clients, plan)
    assert not clients.resources.resource_groups.check_existence(plan.names.group)


def test_a_files_vhd_is_kept_in_a_container_and_the_disk_is_made_from_there(
    clients: Clients, make_plan: MakePlan, tmp_path: Path, account: Account
) -> None:
    file = raw_disk(tmp_path / "disk.raw")
    plan = of_file(make_plan, file, container=f"{account.url}/images")
    source = resolve_source(clients, plan)
    make_source_image(clients, plan, source, silent)
    kept = account.blob(f"debian-12-web-{str(source.content)[:16]}.vhd")
    assert kept.get_blob_properties().metadata == {"mintage_content": source.content}
    assert kept.download_blob().readall()[:SIZE] == file.read_bytes()
    # A second build of the same file finds it there; one that holds something else is left alone.
    other = of_file(make_plan, file, container=f"{account.url}/images")
    make_source_image(clients, other, resolve_source(clients, other), silent)
    kept.set_blob_metadata({})
    third = of_file(make_plan, file, container=f"{account.url}/images")
    with pytest.raises(SourceError, match="not what an upload of this disk began"):
        make_source_image(clients, third, resolve_source(clients, third), silent)
