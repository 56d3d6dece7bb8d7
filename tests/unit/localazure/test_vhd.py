"""A footer is what QEMU, which writes Azure's VHDs for many, makes of the same disk."""

from __future__ import annotations

import subprocess
import uuid
from pathlib import Path

import pytest

from localazure.vhd import FOOTER, Footer, footer, read_footer

MIB = 1024 * 1024


@pytest.mark.parametrize("size_mib", [1, 20, 511, 2048, 30 * 1024, 127 * 1024, 2039 * 1024 + 7])
def test_the_footer_differs_from_qemus_only_in_who_made_it_and_when(size_mib: int, tmp_path: Path) -> None:
    made, size = tmp_path / "made.vhd", size_mib * MIB
    options = ["-f", "vpc", "-o", "subformat=fixed,force_size=on"]
    subprocess.run(["qemu-img", "create", "-q", *options, str(made), str(size)], check=True)
    theirs, own = made.read_bytes()[-FOOTER:] if size < 64 * MIB else _end(made), footer(size, uuid.uuid4())
    # Creation time, creator, its version and system, checksum and unique id.
    differing = [*range(24, 40), *range(64, 84)]
    assert [byte for at, byte in enumerate(theirs) if at not in differing and at not in range(56, 60)] == [
        byte for at, byte in enumerate(own) if at not in differing and at not in range(56, 60)
    ]
    assert read_footer(made) == Footer(size=size, kind=2, intact=True)


def test_qemu_takes_the_footer(tmp_path: Path) -> None:
    made = tmp_path / "made.vhd"
    with made.open("wb") as file:
        file.truncate(3 * MIB)
        file.seek(3 * MIB)
        file.write(footer(3 * MIB, uuid.uuid4()))
    told = subprocess.run(["qemu-img", "info", "-f", "vpc", str(made)], check=True, capture_output=True, text=True)
    assert "file format: vpc" in told.stdout


def test_damage_is_noticed(tmp_path: Path) -> None:
    made = tmp_path / "made.vhd"
    good = bytearray(footer(MIB, uuid.uuid4()))
    good[70] ^= 1
    made.write_bytes(bytes(MIB) + good)
    found = read_footer(made)
    assert found
    assert not found.intact
    made.write_bytes(bytes(MIB))
    assert read_footer(made) is None


def _end(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(-FOOTER, 2)
        return file.read()
