"""Three builds on real machines, of what the demonstration has not: other sources, and every form but the copy.

The first makes a specialized image, with a data disk, of a disk image's file. A machine is made from that, with the
accounts and the disks that the image has. The second captures this machine while it runs, and makes it an image for
others. Both reach their machines by Run Command, which the real agent in them carries out. The third works on copies of
managed disks, generalized as that image is.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deployments.local_stack.run import create_run
from deployments.local_stack.stack import Options
from localazure.base_images import ensure_base_image
from localazure.settings import ServerSettings
from mintage.vhd import hash_vhd
from tests.support.builds import Builds, Ended, building
from tests.support.somebodys import Somebodys

DISK = "/dev/disk/azure/scsi1/lun0"
FILL = f"mkdir -p /opt/d && echo hello >/opt/d/hello && mkfs.ext4 -q -d /opt/d {DISK} && echo one >/etc/made-by"
LOOK = f"mount -o ro {DISK} /mnt && grep -x hello /mnt/hello && umount /mnt && cat /etc/made-by"


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Builds]:
    with building(tmp_path_factory.mktemp("real"), Options(pace=0)) as builds:
        yield builds


@pytest.fixture(scope="module")
def specialized(builds: Builds) -> Ended:
    image = ensure_base_image(ServerSettings().cache / "base_images", progress=print)
    recipe = builds.recipe(
        "specialized",
        source={"kind": "vhd", "file": str(image.path)},
        customize=FILL,
        test=LOOK,
        publish={"forms": [{"kind": "vhd", "folder": "first"}]},
        state="specialized",
        data_disks=[{"lun": 0, "gib": 1}],
    )
    return builds.finish(builds.start(recipe))


@pytest.fixture(scope="module")
def machine(builds: Builds, specialized: Ended) -> Somebodys:
    assert specialized.report
    return Somebodys(builds.clients, str(specialized.report.image_version))


@pytest.fixture(scope="module")
def captured(builds: Builds, machine: Somebodys) -> tuple[str, Ended, str]:
    """With what the machine said before and after."""
    look = ("cat /proc/sys/kernel/random/boot_id", "cksum /etc/shadow", LOOK)
    recipe = builds.recipe(
        "captured",
        customize="echo two >>/etc/made-by",
        test=LOOK,
        publish={
            "capture_from": "snapshots",
            "forms": [{"kind": "managed_image", "resource_group": "images"}, {"kind": "vhd", "folder": "second"}],
        },
    )
    before = machine.run(*look)
    given = {"recipe": str(recipe), "vm": machine.vm.id}
    ended = builds.finish(create_run(builds.stack.client, "capture-vm/capture-vm", given, builds.stack.queue))
    return before, ended, machine.run(*look)


@pytest.fixture(scope="module")
def from_disks(builds: Builds, machine: Somebodys, captured: tuple[str, Ended, str]) -> Ended:
    """Of managed disks that somebody made of what was captured."""
    _, ended, _ = captured
    assert ended.report
    image: dict[str, Any] = {"id": str(ended.report.image_version)}
    system: dict[str, Any] = {"createOption": "FromImage", "galleryImageReference": image}
    data: dict[str, Any] = {"createOption": "FromImage", "galleryImageReference": image | {"lun": 0}}
    source = {
        "kind": "managed_disk",
        "state": "generalized",
        "disk_id": machine.compute.disk("web-2-os", gb=None, **system).id,
        "data_disks": [{"lun": 0, "disk_id": machine.compute.disk("web-2-data", gb=None, **data).id}],
    }
    recipe = builds.recipe(
        "from-disks",
        source=source,
        customize="grep -x two /etc/made-by && echo three >>/etc/made-by",
        test=f"{LOOK} && grep -x three /etc/made-by",
    )
    return builds.finish(builds.start(recipe))


def demand_proved(ended: Ended) -> None:
    assert ended.state == "Completed", ended.why
    assert ended.report
    assert ended.report.outcome == "published"
    assert [check.name for check in ended.report.checks if not check.passed] == []
    assert len([check for check in ended.report.checks if check.name.endswith("test: the test")]) == 2


def vhds(folder: Path, name: str, ended: Ended) -> None:
    """The file of each disk is there, and holds what the report says."""
    assert ended.report
    stem = f"{name}-{ended.report.version}"
    told = {each.identity: each.checksum for each in ended.report.forms if each.form == "VHD"}
    files = [folder / f"{stem}.vhd", folder / f"{stem}-data-0.vhd"]
    assert told == {str(file): f"sha256:{hash_vhd(file)}" for file in files}


def test_a_disk_image_becomes_a_specialized_image_with_a_data_disk(builds: Builds, specialized: Ended) -> None:
    demand_proved(specialized)
    (data,) = builds.version("specialized")["properties"]["storageProfile"]["dataDiskImages"]
    assert (data["lun"], data["sizeInGB"]) == (0, 1)


def test_its_disks_are_exported(builds: Builds, specialized: Ended) -> None:
    vhds(builds.folder / "first", "specialized", specialized)


def test_a_machine_made_of_it_is_captured_and_goes_on_as_if_nothing_had_been(
    captured: tuple[str, Ended, str],
) -> None:
    before, ended, after = captured
    demand_proved(ended)
    assert "one" in before
    assert after == before


def test_the_capture_is_delivered_in_each_form(builds: Builds, captured: tuple[str, Ended, str]) -> None:
    _, ended, _ = captured
    assert ended.report
    vhds(builds.folder / "second", "captured", ended)
    (managed,) = (each for each in ended.report.forms if each.form == "managed image")
    image: Any = builds.clients.compute.images.get("images", managed.identity.rpartition("/")[2])
    storage = image["properties"]["storageProfile"]
    assert "/snapshots/" in storage["osDisk"]["snapshot"]["id"]
    assert [each["lun"] for each in storage["dataDisks"]] == [0]


def test_managed_disks_of_the_capture_are_built_on_with_what_they_hold(builds: Builds, from_disks: Ended) -> None:
    demand_proved(from_disks)
    assert from_disks.report
    assert "/disks/web-2-os " in str(from_disks.report.source)
    (data,) = builds.version("from-disks")["properties"]["storageProfile"]["dataDiskImages"]
    assert data["lun"] == 0
