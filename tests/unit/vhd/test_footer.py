"""A footer is what QEMU, which writes Azure's VHDs for many, makes of the same disk."""

from __future__ import annotations

import subprocess
import uuid
from pathlib import Path

import pytest

from mintage.vhd import footer

MIB = 1024 * 1024
WHO_AND_WHEN = {*range(24, 40), *range(64, 84)}
"""Creation time, creator, its version and system; checksum and unique id."""
GEOMETRY = set(range(56, 60))
"""QEMU rounds up where the disk is not a whole number of cylinders."""


@pytest.mark.parametrize("size_mib", [20, 511, 2048, 30 * 1024, 127 * 1024, 2039 * 1024 + 7])
def test_the_footer_differs_from_qemus_only_in_who_made_it_and_when(size_mib: int, tmp_path: Path) -> None:
    made, size = tmp_path / "made.vhd", size_mib * MIB
    options = ["-f", "vpc", "-o", "subformat=fixed,force_size=on"]
    subprocess.run(["qemu-img", "create", "-q", *options, str(made), str(size)], check=True)
    with made.open("rb") as file:
        file.seek(size)
        theirs = file.read()
    own = footer.fixed(size, uuid.uuid4())
    compared = [at for at in range(512) if at not in WHO_AND_WHEN | GEOMETRY]
    assert [theirs[at] for at in compared] == [own[at] for at in compared]
    assert footer.parse(theirs) == footer.parse(own) == footer.Footer(size, footer.FIXED, intact=True)


@pytest.mark.parametrize(
    ("size", "geometry"),
    [
        # Cylinders, heads, sectors per track, worked out by the specification's appendix.
        (20 * MIB, (602, 4, 17)),
        (512 * MIB, (1040, 16, 63)),
        (127 * 1024 * MIB, (65278, 16, 255)),
        (4095 * 1024 * MIB, (65535, 16, 255)),
    ],
)
def test_the_geometry_is_the_specifications(size: int, geometry: tuple[int, int, int]) -> None:
    data = footer.fixed(size, uuid.uuid4())
    assert (int.from_bytes(data[56:58], "big"), data[58], data[59]) == geometry


def test_what_is_no_footer_is_none() -> None:
    assert footer.parse(bytes(512)) is None
    assert footer.parse(b"conectix") is None
