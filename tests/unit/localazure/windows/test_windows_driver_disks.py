"""Disks and layers of the Windows model, and which driver each call goes to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from localazure.hypervisor.base import Disk, HypervisorError, LayerId, Machine
from localazure.hypervisor.by_guest import HypervisorByGuest
from localazure.hypervisor.windows_model import WindowsModelHypervisor, base_images
from localazure.hypervisor.windows_model.base_image import VERSIONS
from localazure.windows.base_image import BASE_VERSION
from localazure.windows.machine.machine import Machine as WindowsMachine
from tests.support.identity import identity

GIB = 1024**3
CURRENT_VERSION = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion"


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return dict(base_images(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def windows(tmp_path: Path, images: dict[str, Path]) -> Iterator[WindowsModelHypervisor]:
    driver = WindowsModelHypervisor(tmp_path / "windows", pace=0)
    driver.import_layer("base", images[VERSIONS[-1]])
    yield driver
    driver.close()


def content(tmp_path: Path, disk: str) -> Path:
    return tmp_path / "windows" / "disks" / disk / "content"


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_images_are_two_builds_and_the_newest_is_the_base_disks_own(
    windows: WindowsModelHypervisor, images: dict[str, Path], tmp_path: Path
) -> None:
    assert VERSIONS[-1] == BASE_VERSION
    windows.import_layer("old", images[VERSIONS[0]])
    revisions = []
    for layer in ("old", "base"):
        windows.create_disk(f"{layer}-disk", layer=layer, size_bytes=None)
        machine = WindowsMachine(content(tmp_path, f"{layer}-disk"))
        revisions.append(machine.registry.number(CURRENT_VERSION, "UBR"))
    assert revisions == [int(version.split(".")[1]) for version in VERSIONS]


def test_a_disk_starts_as_its_layer_and_goes_its_own_way(windows: WindowsModelHypervisor, tmp_path: Path) -> None:
    assert windows.create_disk("one", layer="base", size_bytes=None) == 127 * GIB
    mark = content(tmp_path, "one") / "files/C/mark.txt"
    mark.write_text("then")
    assert windows.freeze_disk("one", "then") == "then"
    mark.write_text("now")
    assert windows.freeze_disk("one", "then") == "then"
    windows.create_disk("two", layer="then", size_bytes=None)
    windows.delete_layer("then")
    assert (content(tmp_path, "two") / "files/C/mark.txt").read_text() == "then"
    assert mark.read_text() == "now"
    # A disk that is there is kept.
    windows.create_disk("one", layer="base", size_bytes=None)
    assert mark.read_text() == "now"


def test_a_disk_only_grows(windows: WindowsModelHypervisor) -> None:
    assert windows.create_disk("disk", layer="base", size_bytes=GIB) == 127 * GIB
    windows.resize_disk("disk", 200 * GIB)
    windows.freeze_disk("disk", "large")
    assert windows.layer_size("large") == 200 * GIB
    with pytest.raises(HypervisorError, match="cannot shrink"):
        windows.resize_disk("disk", GIB)


def test_what_is_gone_is_said_or_ignored(windows: WindowsModelHypervisor, tmp_path: Path) -> None:
    windows.delete_disk("gone")
    windows.delete_layer("gone")
    windows.stop("gone", graceful=True)
    for call in (
        lambda: windows.layer_size("gone"),
        lambda: windows.create_disk("disk", layer="gone", size_bytes=None),
        lambda: windows.freeze_disk("gone", "layer"),
        lambda: windows.restart("gone"),
        lambda: windows.status("gone"),
    ):
        with pytest.raises(HypervisorError, match="The model of Windows has no"):
            call()


def test_a_disk_that_was_exported_and_imported_again_is_the_same(
    windows: WindowsModelHypervisor, tmp_path: Path
) -> None:
    out = tmp_path / "out.vhd"
    windows.export_layer("base", out)
    assert windows.takes_image(out)
    assert windows.import_layer("again", out) == windows.layer_size("base") == out.stat().st_size - 512
    windows.create_disk("disk", layer="again", size_bytes=None)
    assert files(content(tmp_path, "disk")) == files(tmp_path / "windows/layers/base/content") != {}


@pytest.mark.parametrize("name", ["/subscriptions/s/disks/os", "..", "a" * 300, "with space,comma:colon"])
def test_any_name_is_a_name_of_a_disk(windows: WindowsModelHypervisor, tmp_path: Path, name: str) -> None:
    windows.create_disk(name, layer="base", size_bytes=None)
    windows.delete_disk(name)
    assert list((tmp_path / "windows/disks").iterdir()) == []


class Recording:
    """Stands for the driver of Linux machines: remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> object:
        def answer(*given: object, **_: object) -> int:
            self.asked.append(f"{name} {given[0]}")
            return 1

        return answer


def machine(name: str, os_type: str, *disks: Disk) -> Machine:
    guest = identity(name).model_copy(update={"os_type": os_type})
    return Machine(
        vm_id=guest.vm_id, generation="V2", vcpus=1, memory_mib=1024, disks=disks, forwards=(), identity=guest
    )


def test_each_call_goes_to_the_driver_that_has_what_it_is_about(
    windows: WindowsModelHypervisor, images: dict[str, Path], tmp_path: Path
) -> None:
    linux = Recording()
    both = HypervisorByGuest(linux, windows)  # type: ignore[arg-type] # it answers to every name
    layer: LayerId = "imported"
    both.import_layer(layer, images[VERSIONS[0]])
    both.import_layer("debian", tmp_path / "debian.tar")
    both.create_disk("windows-disk", layer=layer, size_bytes=None)
    both.create_disk("linux-disk", layer="debian", size_bytes=None)
    both.create_disk("empty-disk", layer=None, size_bytes=GIB)
    both.freeze_disk("windows-disk", "kept")
    both.delete_disk("windows-disk")
    # Made again after a crash, when the disk is gone and the layer is there.
    both.freeze_disk("windows-disk", "kept")
    both.create_disk("copy", layer="kept", size_bytes=None)
    both.freeze_disk("linux-disk", "linux-layer")
    both.delete_layer("kept")
    both.start(machine("web", "Linux", Disk(disk_id="linux-disk")))
    both.status("vm-of-linux")
    assert windows.has_disk("copy")
    assert not windows.has_layer("kept")
    assert [each.split()[0] for each in linux.asked] == [
        "import_layer", "create_disk", "create_disk", "freeze_disk", "start", "status",
    ]  # fmt: skip


def test_a_guest_is_not_started_on_a_disk_it_could_not_read(windows: WindowsModelHypervisor) -> None:
    both = HypervisorByGuest(Recording(), windows)  # type: ignore[arg-type] # it answers to every name
    windows.create_disk("windows-disk", layer="base", size_bytes=None)
    boot, data = Disk(disk_id="windows-disk"), Disk(disk_id="other", lun=0)
    for wrong, why in (
        (machine("web", "Linux", boot), "holds a model of Windows"),
        (machine("web", "Windows", Disk(disk_id="other")), "holds no Windows"),
        (machine("web", "Windows", boot, data), "each has one disk"),
    ):
        with pytest.raises(HypervisorError, match=why):
            both.start(wrong)
