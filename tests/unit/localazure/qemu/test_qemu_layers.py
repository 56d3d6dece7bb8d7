"""Layers and disks, with the real qemu-img on tiny disks."""

import subprocess
from pathlib import Path

import pytest

from localazure.hypervisor.base import HypervisorError
from localazure.hypervisor.qemu.freezing import freeze, settle
from localazure.hypervisor.qemu.layers import LayerStore
from localazure.hypervisor.qemu.qemu_img import MIB, QemuImg
from localazure.hypervisor.qemu.settings import QemuSettings

SIZE = 4 * MIB


def write(layers: LayerStore, disk: str, pattern: int, at: int = 0) -> None:
    _io(layers, layers.disk_node(disk), f"write -P {pattern} {at} 64k")


def holds(layers: LayerStore, node: str, pattern: int, at: int = 0) -> bool:
    return "Pattern verification failed" not in _io(layers, node, f"read -P {pattern} {at} 64k")


def _io(layers: LayerStore, node: str, command: str) -> str:
    argv = ["qemu-io", "-f", "qcow2", "-c", command, str(layers.file(node))]
    return subprocess.run(argv, capture_output=True, text=True, check=False).stdout


def layer_holds(layers: LayerStore, layer: str, pattern: int) -> bool:
    layers.create_disk(f"look-at-{layer}", layer=layer, size_bytes=None)
    return holds(layers, layers.disk_node(f"look-at-{layer}"), pattern)


def files(layers: LayerStore) -> int:
    return len(list(layers.file("x").parent.iterdir()))


def test_a_layer_is_what_the_disk_held(layers: LayerStore) -> None:
    layers.create_disk("disk", layer=None, size_bytes=SIZE)
    write(layers, "disk", 1)
    freeze(layers, "disk", "then", None)
    write(layers, "disk", 2)
    assert layer_holds(layers, "then", 1)
    assert holds(layers, layers.disk_node("disk"), 2)


def test_every_call_may_be_repeated(layers: LayerStore) -> None:
    layers.create_disk("disk", layer=None, size_bytes=SIZE)
    write(layers, "disk", 1)
    freeze(layers, "disk", "then", None)
    write(layers, "disk", 2)
    assert layers.create_disk("disk", layer=None, size_bytes=2 * SIZE) == SIZE
    freeze(layers, "disk", "then", None)
    assert layer_holds(layers, "then", 1)
    for _ in range(2):
        layers.delete_disk("disk")
        layers.delete_layer("then")


def test_a_disk_is_never_smaller_than_its_layer(layers: LayerStore) -> None:
    layers.create_disk("disk", layer=None, size_bytes=SIZE)
    freeze(layers, "disk", "layer", None)
    assert layers.create_disk("small", layer="layer", size_bytes=MIB) == SIZE
    assert layers.create_disk("large", layer="layer", size_bytes=2 * SIZE) == 2 * SIZE


def test_bytes_go_when_nothing_stands_on_them(layers: LayerStore) -> None:
    layers.create_disk("disk", layer=None, size_bytes=SIZE)
    freeze(layers, "disk", "layer", None)
    layers.create_disk("other", layer="layer", size_bytes=None)
    layers.delete_layer("layer")
    layers.delete_disk("disk")
    assert files(layers) == 2
    layers.delete_disk("other")
    assert files(layers) == 0


def test_a_freeze_cut_off_on_a_disk_at_rest_is_finished_later(layers: LayerStore) -> None:
    layers.create_disk("disk", layer=None, size_bytes=SIZE)
    write(layers, "disk", 7)
    layers.begin_freeze("disk", "layer")
    assert not layers.has_layer("layer")
    settle(layers, "disk", None)
    assert layers.has_layer("layer")
    assert holds(layers, layers.disk_node("disk"), 7)


def test_leftovers_go_and_the_rest_is_found_again_when_the_store_is_opened(tmp_path: Path, qemu_img: QemuImg) -> None:
    first = LayerStore(tmp_path / "store", qemu_img)
    first.create_disk("disk", layer=None, size_bytes=SIZE)
    first.file("leftover").touch()
    first.close()
    second = LayerStore(tmp_path / "store", qemu_img)
    assert second.disk_size("disk") == SIZE
    assert files(second) == 1
    second.close()


def test_a_qcow2_image_is_taken_by_link_and_outlives_its_first_name(
    layers: LayerStore, qemu_img: QemuImg, tmp_path: Path
) -> None:
    image = tmp_path / "image.qcow2"
    qemu_img.create(image, SIZE)
    assert layers.import_layer("base", image) == SIZE
    assert image.stat().st_nlink == 2
    image.unlink()
    assert layers.create_disk("disk", layer="base", size_bytes=None) == SIZE


def test_a_vhd_is_a_whole_number_of_mib_and_a_footer_and_comes_back_as_it_was(
    layers: LayerStore, tmp_path: Path
) -> None:
    layers.create_disk("disk", layer=None, size_bytes=SIZE + 512)
    write(layers, "disk", 9)
    freeze(layers, "disk", "layer", None)
    vhd = tmp_path / "out.vhd"
    layers.export_layer("layer", vhd)
    assert vhd.stat().st_size == SIZE + MIB + 512
    assert vhd.read_bytes()[-512:].startswith(b"conectix")
    assert layers.import_layer("again", vhd) == SIZE + MIB
    assert layer_holds(layers, "again", 9)
    assert {file.name for file in tmp_path.iterdir()} == {"disks", "out.vhd"}


def test_unknown_names_are_said(layers: LayerStore) -> None:
    with pytest.raises(HypervisorError, match="no layer nothing"):
        layers.create_disk("disk", layer="nothing", size_bytes=None)
    with pytest.raises(HypervisorError, match="no disk nothing"):
        layers.disk_size("nothing")


def test_a_missing_qemu_img_is_said(tmp_path: Path) -> None:
    store = LayerStore(tmp_path / "store", QemuImg(QemuSettings(qemu_img="no-such-qemu-img")))
    with pytest.raises(HypervisorError, match="qemu-utils"):
        store.create_disk("disk", layer=None, size_bytes=SIZE)
    store.close()
