"""Whatever format a disk comes in, it is read as the one fixed VHD that Azure takes."""

from __future__ import annotations

import struct
import subprocess
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from mintage.errors import SourceError
from mintage.vhd import BLOCK, DiskFormat, VhdImage, describe, footer, open_image
from tests.support.disk_images import ARM64_ROOT, MIB, SIZE, bios_head, converted, raw_disk, uefi_head

opened = partial(open_image, seconds=60)


def whole(image: VhdImage) -> bytes:
    """What would be uploaded, zeros where nothing is sent."""
    content = bytearray(image.length)
    for first, ends in image.ranges:
        content[first:ends] = image.read(first, ends - first)
    return bytes(content)


FORMATS: dict[str, tuple[DiskFormat, Callable[[Path, Path], Path]]] = {
    "raw": (DiskFormat.RAW, lambda raw, _: raw),
    "fixed": (
        DiskFormat.FIXED_VHD,
        lambda raw, out: converted(raw, out, "vpc", "subformat=fixed", "force_size=on"),
    ),
    "dynamic": (
        DiskFormat.DYNAMIC_VHD,
        lambda raw, out: converted(raw, out, "vpc", "subformat=dynamic", "force_size=on"),
    ),
    "vhdx": (DiskFormat.VHDX, lambda raw, out: converted(raw, out, "vhdx")),
    "qcow2": (DiskFormat.QCOW2, lambda raw, out: converted(raw, out, "qcow2")),
}


@pytest.mark.parametrize("name", FORMATS)
def test_a_disk_is_the_same_in_every_format(name: str, tmp_path: Path) -> None:
    raw = raw_disk(tmp_path / "disk.raw")
    kind, convert = FORMATS[name]
    # The name says something else: it does not count.
    file = convert(raw, tmp_path / "disk, odd.img")
    assert describe(file).format == kind
    with opened(file, generation="V2") as image, opened(raw, generation="V2") as plain:
        content = whole(image)
        assert content[:SIZE] == raw.read_bytes()
        assert image.sha256 == plain.sha256
        assert image.ranges == plain.ranges
    assert footer.parse(content[-512:]) == footer.Footer(SIZE, footer.FIXED, intact=True)


def test_what_is_unpacked_goes_with_its_process_however_that_ends(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    packed = converted(raw_disk(tmp_path / "disk.raw"), tmp_path / "disk.qcow2", "qcow2")
    with opened(packed, generation="V2", scratch=scratch) as image:
        assert not [each for each in scratch.rglob("*") if each.is_file()]
        assert image.raw.stat().st_blocks * 512 < SIZE // 2
        assert whole(image)[:SIZE] == (tmp_path / "disk.raw").read_bytes()
    assert list(scratch.iterdir()) == []


def test_qemu_reads_what_is_made_as_a_vhd_with_the_same_disk(tmp_path: Path) -> None:
    raw = raw_disk(tmp_path / "disk.raw")
    vhd, back = tmp_path / "out.vhd", tmp_path / "back.raw"
    with opened(raw, generation="V2") as image:
        vhd.write_bytes(whole(image))
    options = f"driver=vpc,file.filename={vhd},force_size_calc=current_size"
    subprocess.run(["qemu-img", "convert", "--image-opts", "-O", "raw", options, str(back)], check=True)
    assert back.read_bytes() == raw.read_bytes()


def test_only_blocks_with_something_in_them_are_there(tmp_path: Path) -> None:
    raw = raw_disk(tmp_path / "disk.raw")
    # As it comes from a copy that filled the holes.
    full = tmp_path / "full.raw"
    full.write_bytes(raw.read_bytes())
    with opened(full, generation="V2") as image:
        assert image.ranges == (
            (0, BLOCK),
            (3 * MIB, 3 * MIB + BLOCK),
            (9 * MIB, 9 * MIB + BLOCK),
            (9 * MIB + 4 * BLOCK, 9 * MIB + 5 * BLOCK),
            (SIZE - BLOCK, SIZE),
            (SIZE, SIZE + 512),
        )
        assert image.allocated == 5 * BLOCK + 512


def test_a_size_that_azure_does_not_take_is_filled_up_with_zeros(tmp_path: Path) -> None:
    raw = raw_disk(tmp_path / "disk.raw", size=SIZE + 5000)
    vhd = tmp_path / "disk.vhd"
    vhd.write_bytes(raw.read_bytes() + footer.fixed(SIZE + 5000, uuid.uuid4()))
    with (
        opened(raw, generation="V2") as image,
        opened(vhd, generation="V2") as from_vhd,
    ):
        assert image.size == from_vhd.size == SIZE + MIB
        assert whole(image) == whole(from_vhd)
        assert whole(image)[: SIZE + MIB] == raw.read_bytes() + bytes(MIB - 5000)


def test_the_footer_is_the_same_each_time_and_another_for_another_disk(tmp_path: Path) -> None:
    footers = []
    for seed in (1, 1, 2):
        with opened(raw_disk(tmp_path / "disk.raw", seed=seed), generation="V2") as image:
            footers.append(image.footer)
    assert footers[0] == footers[1] != footers[2]


def damaged(good: bytes, at: int) -> bytes:
    return good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]


END = footer.fixed(SIZE, uuid.uuid4())
REFUSED: dict[str, tuple[bytes, int, bytes, str]] = {
    "a VMDK": (b"KDMV", SIZE, b"", "it is a VMDK"),
    "a VDI": (b"<<< VirtualBox".ljust(64, b"\0") + b"\x7f\x10\xda\xbe", SIZE, b"", "it is a VDI"),
    "gzip": (b"\x1f\x8b\x08", SIZE, b"", "unpack it first"),
    "a CD": (bytes(32769) + b"CD001", 32769 + SIZE, b"", "it is a CD image"),
    "too small": (b"", MIB, b"", "20 MiB to 4095 GiB"),
    "no partition table": (b"", SIZE, b"", "no partition table"),
    "large sectors": (bytes(4096) + b"EFI PART", 4096 + SIZE, b"", "for sectors of 512 bytes"),
    "a damaged footer": (uefi_head(), SIZE, damaged(END, 50), "the footer's checksum is wrong"),
    "a cut VHD": (uefi_head(), SIZE - MIB, END, f"the footer says {SIZE} bytes and the file holds"),
}
"""How it begins, how many bytes it has with zeros after that, what follows these, and what is said of it."""


@pytest.mark.parametrize("name", REFUSED)
def test_what_azure_would_not_take_is_refused_before_anything_is_sent(name: str, tmp_path: Path) -> None:
    head, size, end, said = REFUSED[name]
    file = tmp_path / "disk"
    file.write_bytes(head.ljust(size, b"\0") + end)
    with pytest.raises(SourceError) as refused, opened(file, generation="V2"):
        pass
    assert refused.value.where == str(file)
    assert said in str(refused.value)
    assert refused.value.remedy


def test_the_difference_to_another_disk_is_refused(tmp_path: Path) -> None:
    base = converted(raw_disk(tmp_path / "disk.raw"), tmp_path / "base.qcow2", "qcow2")
    overlay = tmp_path / "overlay.qcow2"
    backing = ["-b", str(base), "-F", "qcow2"]
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", *backing, str(overlay)], check=True)
    with pytest.raises(SourceError, match=r"it stands on .*base\.qcow2"):
        describe(overlay)
    differencing = bytearray(footer.fixed(SIZE, uuid.uuid4()))
    differencing[63] = footer.DIFFERENCING
    checksum = 0xFFFFFFFF - sum(differencing[:64] + differencing[68:])
    differencing[64:68] = struct.pack(">I", checksum)
    file = tmp_path / "child.vhd"
    file.write_bytes(bytes(SIZE) + differencing)
    with pytest.raises(SourceError, match="only the difference"):
        describe(file)


def test_an_encrypted_image_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "secret.qcow2"
    secret = [
        "--object",
        "secret,id=key,data=secret",
        "-o",
        "encrypt.format=aes,encrypt.key-secret=key",
    ]
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", *secret, str(file), str(SIZE)], check=True)
    with pytest.raises(SourceError, match="it is encrypted"):
        describe(file)


def test_a_cut_qcow2_is_refused_with_what_qemu_says(tmp_path: Path) -> None:
    file = converted(raw_disk(tmp_path / "disk.raw"), tmp_path / "disk.qcow2", "qcow2")
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(SourceError, match="qemu-img cannot read this disk image"):
        describe(file)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"no such disk image.*gone\.vhd"):
        describe(tmp_path / "gone.vhd")


@pytest.mark.parametrize(
    ("head", "generation", "said"),
    [
        (bios_head(), "V2", "no EFI system partition"),
        (uefi_head(), "V1", "no boot code"),
        (uefi_head(ARM64_ROOT), "V2", "This disk is for Arm64"),
        (bios_head(), "V1", None),
        (uefi_head(), "V2", None),
    ],
    ids=["BIOS as V2", "UEFI as V1", "Arm64", "BIOS as V1", "UEFI as V2"],
)
def test_the_generation_must_be_one_that_the_disk_boots_as(
    head: bytes, generation: str, said: str | None, tmp_path: Path
) -> None:
    file = raw_disk(tmp_path / "disk.raw", head=head)
    if said is None:
        with opened(file, generation=generation) as image:
            assert image.size == SIZE
        return
    with pytest.raises(SourceError, match=said), opened(file, generation=generation):
        pass


def test_no_room_for_a_copy_is_said_before_it_is_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = converted(raw_disk(tmp_path / "disk.raw"), tmp_path / "disk.qcow2", "qcow2")
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 1000})())
    with (
        pytest.raises(SourceError, match="no room to unpack this qcow2"),
        opened(file, generation="V2"),
    ):
        pass


def test_raw_files_and_fixed_vhds_need_no_qemu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = raw_disk(tmp_path / "disk.raw")
    qcow2 = converted(raw, tmp_path / "disk.qcow2", "qcow2")
    monkeypatch.setenv("PATH", str(tmp_path))
    with opened(raw, generation="V2") as image:
        assert image.size == SIZE
    with pytest.raises(SourceError, match="apt-get install qemu-utils"):
        describe(qcow2)


def test_a_gpt_that_ends_early_is_no_reason_to_crash(tmp_path: Path) -> None:
    head = bytearray(uefi_head())
    head[512 + 72 : 512 + 88] = struct.pack("<QII", 2**60, 2**31, 0)
    with (
        pytest.raises(SourceError, match="no EFI"),
        opened(raw_disk(tmp_path / "disk.raw", head=bytes(head)), generation="V2"),
    ):
        pass


def test_the_scan_says_how_far_it_is(tmp_path: Path) -> None:
    heard: list[int] = []
    with opened(raw_disk(tmp_path / "disk.raw"), generation="V2", scanned=heard.append):
        pass
    assert heard == sorted(heard)
    assert heard[-1] == SIZE
