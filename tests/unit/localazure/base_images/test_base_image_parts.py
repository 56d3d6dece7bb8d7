"""The parts of the base image maker that need no minute."""

import dataclasses
import subprocess
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from localazure.base_images import cache, host_apt
from localazure.base_images.cache import ensure_base_image
from localazure.base_images.commands import BaseImageError, follow, run
from localazure.base_images.disk import FileSystemIds, make_disk
from localazure.base_images.image import BaseImage
from localazure.base_images.recipe import DEBIAN_12, ImageRecipe

MIB = 1 << 20
IDS = FileSystemIds(root=uuid.UUID(int=7), esp=0x1234ABCD)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """As much of a Debian as the disk's maker looks at."""
    tree = tmp_path / "root"
    for name, size in (
        ("usr/lib/shim/shimx64.efi.signed", 5000),
        ("usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed", 6000),
        ("boot/grub/i386-pc/boot.img", 512),
        ("boot/grub/i386-pc/core.img", 30000),
    ):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_bytes(b"\x01" * size)
    return tree


def test_the_disk_has_azures_layout_and_both_boot_loaders(root: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk.raw"
    make_disk(root, disk, size_bytes=256 * MIB, ids=IDS)
    listed = run(["sfdisk", "--dump", str(disk)])
    assert [line.split(" ")[0][-2:] for line in listed.splitlines() if "start=" in line] == ["w1", "14", "15"]
    content = disk.read_bytes()
    assert content[510:512] == b"\x55\xaa"
    assert int.from_bytes(content[0x5C:0x64], "little") == 2048
    assert int.from_bytes(content[2048 * 512 + 500 : 2048 * 512 + 508], "little") == 2049
    run(["e2fsck", "-fn", f"{disk}?offset={262144 * 512}"])
    boot_file = subprocess.run(
        ["mtype", "-i", f"{disk}@@{8192 * 512}", "::EFI/debian/grub.cfg"], capture_output=True, text=True, check=True
    )
    assert str(IDS.root) in boot_file.stdout
    assert IDS.esp_text == "1234-ABCD"


def test_the_key_changes_with_any_input(tmp_path: Path) -> None:
    assert DEBIAN_12.key == dataclasses.replace(DEBIAN_12).key
    assert DEBIAN_12.key != dataclasses.replace(DEBIAN_12, size_bytes=1).key


def test_the_list_of_packages_is_names_only() -> None:
    assert {"cloud-init", "waagent", "openssh-server", "linux-image-cloud-amd64"} <= set(DEBIAN_12.packages)
    assert all(name == name.strip() and " " not in name for name in DEBIAN_12.packages)


def test_the_hosts_own_sources_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = "http://mirror.here/debian/\tbookworm\tmain\nhttp://other/\tnodistro\tmain\n"
    monkeypatch.setattr(host_apt, "run", lambda argv: lines)
    assert host_apt.sources("bookworm") == ("deb http://mirror.here/debian/ bookworm main",)
    with pytest.raises(BaseImageError, match="no source for Debian trixie"):
        host_apt.sources("trixie")


def test_the_hosts_proxy_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = "Acquire::http::Proxy\thttp://proxy:3128\nAcquire::Languages\tnone\n"
    monkeypatch.setattr(host_apt, "run", lambda argv: lines)
    assert host_apt.transport_settings() == ('Acquire::http::Proxy "http://proxy:3128";',)


def test_a_failing_command_says_its_last_words() -> None:
    with pytest.raises(BaseImageError, match=r"exit code 3(.|\n)*no luck"):
        follow(["sh", "-c", "echo no luck; exit 3"], environment={"PATH": "/bin:/usr/bin"}, on_line=lambda line: None)
    with pytest.raises(BaseImageError, match="no-such-tool is not installed"):
        run(["no-such-tool"])


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Instead of the slow parts: notes each time an image is made."""
    made: list[str] = []

    def tree(recipe: ImageRecipe, root: Path, progress: Callable[[str], None]) -> None:
        root.mkdir()
        made.append(recipe.key)

    def disk(root: Path, disk: Path, **_: object) -> None:
        disk.write_bytes(bytes(MIB))

    monkeypatch.setattr(cache, "make_root_tree", tree)
    monkeypatch.setattr(cache, "make_disk", disk)
    return made


def test_an_image_is_made_once_and_found_again(quick: list[str], tmp_path: Path) -> None:
    said: list[str] = []
    first = ensure_base_image(tmp_path, progress=said.append)
    again = ensure_base_image(tmp_path, progress=said.append)
    assert first == again
    assert len(quick) == 1
    assert first.path.is_file()
    assert (first.publisher, first.offer, first.sku) == ("Debian", "debian-12", "12-gen2")
    assert first.version.startswith("12.20")
    assert "once" in said[0]


def test_what_an_interrupted_make_left_is_removed(quick: list[str], tmp_path: Path) -> None:
    leftover = tmp_path / f".debian-12-{DEBIAN_12.key}.making"
    (leftover / "root").mkdir(parents=True)
    ensure_base_image(tmp_path, progress=lambda line: None)
    assert not leftover.exists()


def test_one_disk_serves_both_generations(tmp_path: Path) -> None:
    image = BaseImage(
        path=tmp_path, version="12.1.0", publisher="Debian", offer="d", sku="12-gen2", generation="V2", size_bytes=1
    )
    assert (image.for_gen1().sku, image.for_gen1().generation) == ("12", "V1")
