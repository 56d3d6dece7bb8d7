"""Disks and layers of the instant hypervisor."""

import subprocess
import uuid
from pathlib import Path

import pytest

from localazure.hypervisor.base import HypervisorError
from localazure.hypervisor.instant import base_image
from localazure.vhd import Footer, footer, read_footer
from tests.support.model_guest import Lab, machine, profile

GIB, MIB = 1024**3, 1024**2


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


def test_a_real_image_is_kept_byte_by_byte_and_boots_nothing(lab: Lab, tmp_path: Path) -> None:
    image, out = tmp_path / "debian.vhd", tmp_path / "out.vhd"
    content = b"\xeb\x63\x90".ljust(2 * MIB, b"\0") + b"end".ljust(MIB, b"\0")
    image.write_bytes(content + footer(3 * MIB, uuid.uuid4()))
    assert lab.hypervisor.import_layer("real", image) == 3 * MIB
    assert lab.hypervisor.create_disk("disk", layer="real", size_bytes=4 * MIB) == 4 * MIB
    lab.hypervisor.freeze_disk("disk", "frozen")
    lab.hypervisor.export_layer("frozen", out)
    assert out.read_bytes()[: 4 * MIB] == content + bytes(MIB)
    assert read_footer(out) == Footer(size=4 * MIB, kind=2, intact=True)
    with pytest.raises(HypervisorError, match="Use the qemu hypervisor"):
        lab.hypervisor.start(machine("real", "disk", profile("real")))
    lab.hypervisor.delete_disk("disk")
    lab.hypervisor.delete_layer("real")
    with pytest.raises(HypervisorError, match="no layer real"):
        lab.hypervisor.layer_size("real")


def test_a_disk_that_was_exported_and_imported_again_is_the_same_machine(lab: Lab, tmp_path: Path) -> None:
    with lab.shell(lab.boot("web-1")) as shell:
        shell.out("echo mine | sudo tee /etc/mark; sudo chmod 0640 /etc/mark; sudo rm /usr/bin/base64")
    lab.hypervisor.freeze_disk("web-1-disk", "then")
    out = tmp_path / "out.vhd"
    lab.hypervisor.export_layer("then", out)
    assert out.stat().st_size == 30 * GIB + 512
    assert out.stat().st_blocks * 512 < 64 * MIB
    table = subprocess.run(["sfdisk", "--dump", str(out)], check=True, capture_output=True, text=True)
    assert "type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B" in table.stdout
    assert 'name="model"' in table.stdout
    assert "corrupt" not in table.stderr
    lab.hypervisor.import_layer("again", out)
    with lab.shell(lab.boot("web-2", layer="again")) as shell:
        assert shell.out("sudo stat -c '%a %U' /etc/mark; sudo cat /etc/mark") == "640 root\nmine"
        assert shell.run("base64 --version").code == 127


def test_an_empty_disk_is_zeros_as_a_file(lab: Lab, tmp_path: Path) -> None:
    lab.hypervisor.create_disk("data", layer=None, size_bytes=2 * MIB)
    lab.hypervisor.freeze_disk("data", "empty")
    lab.hypervisor.export_layer("empty", tmp_path / "out.vhd")
    assert (tmp_path / "out.vhd").read_bytes()[: 2 * MIB] == bytes(2 * MIB)


def test_the_base_image_is_made_once(tmp_path: Path) -> None:
    made = base_image(tmp_path)
    stamp = made.stat().st_mtime_ns
    assert base_image(tmp_path) == made
    assert made.stat().st_mtime_ns == stamp
