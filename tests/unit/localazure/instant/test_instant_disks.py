"""Disks and layers of the instant hypervisor."""

from pathlib import Path

import pytest

from localazure.hypervisor.base import HypervisorError
from localazure.hypervisor.instant import base_image
from tests.support.model_guest import Lab

GIB = 1024**3


def test_freezing_keeps_what_the_disk_held_then(lab: Lab) -> None:
    made = lab.boot("web-1")
    with lab.shell(made) as shell:
        shell.out("echo before | sudo tee /etc/mark; sudo rm /usr/bin/base64")
        assert lab.hypervisor.freeze_disk("web-1-disk", "then") == "then"
        shell.out("echo after | sudo tee /etc/mark")
        assert lab.hypervisor.freeze_disk("web-1-disk", "then") == "then"
    with lab.shell(lab.boot("web-2", layer="then")) as shell:
        assert shell.out("cat /etc/mark") == "before"
        assert shell.run("base64 --version").code == 127


def test_a_running_guest_holds_still_while_it_is_frozen_and_goes_on(lab: Lab) -> None:
    made = lab.boot("web-1")
    with lab.shell(made) as shell:
        # Each number goes into one file and then into the other.
        writer = shell.start("cd ~; n=0; while :; do n=$((n+1)); echo $n >> a; echo $n >> b; done")
        shell.out("until [ -s ~/b ]; do :; done")
        lab.hypervisor.freeze_disk("web-1-disk", "then")
        frozen_at = int(shell.out("tail -n 1 ~/b"))
        shell.out(f"until [ $(tail -n 1 ~/b) -gt {frozen_at} ]; do :; done")
        writer.close()
    with lab.shell(lab.boot("web-2", layer="then", specialized=True)) as shell:
        first, second = int(shell.out("tail -n 1 ~/a")), int(shell.out("tail -n 1 ~/b"))
        assert first - second in {0, 1}
        assert second <= frozen_at


def test_a_layer_deleted_under_a_disk_leaves_the_disk_whole(lab: Lab) -> None:
    lab.hypervisor.create_disk("disk", layer="debian", size_bytes=None)
    lab.hypervisor.freeze_disk("disk", "middle")
    lab.hypervisor.create_disk("next", layer="middle", size_bytes=None)
    lab.hypervisor.delete_layer("middle")
    assert lab.hypervisor.freeze_disk("next", "again") == "again"
    with pytest.raises(HypervisorError, match="no layer middle"):
        lab.hypervisor.layer_size("middle")


def test_a_disk_is_never_smaller_than_its_layer_and_only_grows(lab: Lab) -> None:
    assert lab.hypervisor.create_disk("small", layer="debian", size_bytes=GIB) == 30 * GIB
    assert lab.hypervisor.create_disk("large", layer="debian", size_bytes=64 * GIB) == 64 * GIB
    assert lab.hypervisor.create_disk("large", layer="debian", size_bytes=GIB) == 64 * GIB
    lab.hypervisor.resize_disk("large", 128 * GIB)
    lab.hypervisor.freeze_disk("large", "layer")
    assert lab.hypervisor.layer_size("layer") == 128 * GIB
    with pytest.raises(HypervisorError, match="cannot shrink"):
        lab.hypervisor.resize_disk("large", GIB)


def test_an_empty_disk_boots_nothing(lab: Lab) -> None:
    lab.hypervisor.create_disk("web-1-disk", layer=None, size_bytes=GIB)
    with pytest.raises(HypervisorError, match="holds no operating system"):
        lab.boot("web-1")


@pytest.mark.parametrize("name", ["/subscriptions/s/disks/os", "..", "a" * 300, "with space,comma:colon"])
def test_any_name_is_a_name(lab: Lab, name: str) -> None:
    lab.hypervisor.create_disk(name, layer="debian", size_bytes=None)
    lab.hypervisor.delete_disk(name)
    assert [path.name for path in (lab.state / "instant/disks").iterdir()] == []


def test_a_real_image_is_refused(lab: Lab, tmp_path: Path) -> None:
    image = tmp_path / "debian.vhd"
    image.write_bytes(b"\0" * 512)
    with pytest.raises(HypervisorError, match="Use the qemu hypervisor"):
        lab.hypervisor.import_layer("real", image)


def test_an_export_is_refused(lab: Lab, tmp_path: Path) -> None:
    with pytest.raises(HypervisorError, match="folders without blocks"):
        lab.hypervisor.export_layer("debian", tmp_path / "out.vhd")
    assert not (tmp_path / "out.vhd").exists()


def test_the_base_image_is_made_once(tmp_path: Path) -> None:
    made = base_image(tmp_path)
    stamp = made.stat().st_mtime_ns
    assert base_image(tmp_path) == made
    assert made.stat().st_mtime_ns == stamp
