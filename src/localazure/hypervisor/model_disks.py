"""Disks of models as bytes. A model's disk is a folder, so that as bytes it is an archive of that folder.

The archive stands where an installed system has its root, under a label of its own; the disk has a partition table, and
nothing else. Nothing could boot it but the model it is of. Disks that hold anything else keep their bytes as they are.
"""

from __future__ import annotations

import re
import subprocess
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import IO

from localazure.hypervisor.base import DiskFull, HypervisorError
from localazure.hypervisor.model_partitions import ARCHIVE_AT, AT_END, tables
from localazure.vhd import FOOTER, footer, read_footer

_LABEL = re.compile(rb"GNU\.volume\.label=([\w-]+)\n")
_SAME_EACH_TIME = (
    "globexthdr.name=global",
    "globexthdr.mtime={1970-01-01}",
    "exthdr.name=%d/PaxHeaders/%f",
    "exthdr.mtime={1970-01-01}",
    "delete=atime",
    "delete=ctime",
)
"""What a disk holds does not change by being read: tar would write down its own process, and when files were read."""
PACK = (
    *("tar", "--create", "--xattrs", "--xattrs-include=*", "--numeric-owner", "--format=posix", "--sort=name"),
    *(f"--pax-option={','.join(_SAME_EACH_TIME)}", "--label"),
)
UNPACK = ("tar", "--extract", "--xattrs", "--xattrs-include=*", "--numeric-owner", "--preserve-permissions")


def label_of(image: Path) -> str | None:
    """The label of the archive on a disk; None where there is no labelled archive."""
    if not image.is_file():
        return None
    with image.open("rb") as file:
        file.seek(ARCHIVE_AT)
        # A global header (type g), and the block with what it says.
        header, said = file.read(512), file.read(512)
    found = _LABEL.search(said)
    return found[1].decode() if found and header[257:262] == b"ustar" and header[156:157] == b"g" else None


def disk_size(image: Path) -> int:
    """The bytes of the disk in a raw file or a fixed VHD."""
    size = image.stat().st_size
    return size - FOOTER if read_footer(image) else size


def pack(folder: Path, label: str, out: Path) -> None:
    """Write the archive of a folder of this process's user."""
    with place_for_archive(out) as file:
        _run([*PACK, label, "--directory", str(folder), "."], stdout=file.fileno())


def unpack(image: Path, folder: Path) -> None:
    """Make ``folder`` what the archive on a disk holds; what follows it does not count."""
    folder.mkdir()
    with archive_on(image) as file:
        _run([*UNPACK, "--directory", str(folder)], stdin=file.fileno())


def place_for_archive(out: Path) -> IO[bytes]:
    """A new file, open where a program's standard output is to write the archive."""
    file = out.open("wb", buffering=0)
    file.seek(ARCHIVE_AT)
    return file


def archive_on(image: Path) -> IO[bytes]:
    """A disk, open where a program is to read the archive from its standard input."""
    file = image.open("rb", buffering=0)
    file.seek(ARCHIVE_AT)
    return file


def write_model_vhd(out: Path, size: int, write_archive: Callable[[Path], None]) -> None:
    """A fixed VHD with an archive on it. Raises HypervisorError if that has no room."""

    def fill(draft: Path) -> None:
        write_archive(draft)
        first, second = tables(size)
        with draft.open("r+b") as file:
            if file.seek(0, 2) > size - AT_END:
                raise HypervisorError(f"The model's disk takes more than the {size} bytes it has.")
            file.seek(0)
            file.write(first)
            file.seek(size - AT_END)
            file.write(second)

    write_vhd(out, size, fill)


def write_vhd(out: Path, size: int, fill: Callable[[Path], None]) -> None:
    """A fixed VHD of the disk that ``fill`` writes, filled up with zeros."""
    draft = out.with_name(f".{out.name}.vhd")
    try:
        fill(draft)
        with draft.open("r+b") as file:
            file.truncate(size)
            file.seek(size)
            file.write(footer(size, uuid.uuid4()))
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)


def copy_bytes(source: Path, out: Path, size: int) -> None:
    """The first ``size`` bytes, or zeros where the source ends before; holes stay holes."""
    draft = out.with_name(f".{out.name}.draft")
    try:
        _run(["cp", "--sparse=always", "--reflink=auto", "--", str(source), str(draft)])
    except HypervisorError:
        draft.unlink(missing_ok=True)
        raise
    with draft.open("r+b") as file:
        file.truncate(size)
    draft.replace(out)


def _run(argv: list[str], *, stdin: int = subprocess.DEVNULL, stdout: int = subprocess.PIPE) -> None:
    done = subprocess.run(
        argv, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE, text=True, errors="replace", check=False
    )
    if done.returncode:
        failed = DiskFull if "No space left on device" in done.stderr else HypervisorError
        raise failed(f"{argv[0]} failed with exit code {done.returncode}: {done.stderr.strip()}")
