"""Calls ``qemu-img``; its failures become errors that a caller of the API can read."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from localazure.hypervisor.base import DiskFull, HypervisorError
from localazure.hypervisor.qemu.settings import QemuSettings

MIB = 1 << 20
_NO_SPACE = "No space left on device"


class QemuImg:
    def __init__(self, settings: QemuSettings) -> None:
        self._settings = settings

    def create(self, path: Path, size_bytes: int, *, backing: str | None = None) -> None:
        """An empty disk, or an overlay. ``backing`` is not opened, since a machine may be writing to it."""
        base = ["-u", "-b", backing, "-F", "qcow2"] if backing else []
        self._run("create", "-q", "-f", "qcow2", *base, str(path), str(size_bytes))

    def resize(self, path: Path, size_bytes: int) -> None:
        self._run("resize", "-q", "-f", "qcow2", str(path), str(size_bytes))

    def describe(self, path: Path) -> dict[str, object]:
        """What ``qemu-img info`` says, also of a disk in use."""
        described: dict[str, object] = json.loads(self._run("info", "-U", "--output=json", str(path)))
        return described

    def to_qcow2(self, source: Path, source_format: str, out: Path) -> None:
        """Copy a disk of any format. A VHD's size is the one in its footer, not that of its old geometry fields."""
        exact = ",force_size_calc=current_size" if source_format == "vpc" else ""
        options = f"driver={source_format},file.filename={_quote(source)}{exact}"
        self._run("convert", "--image-opts", "-O", "qcow2", options, str(out))

    def to_vhd(self, source: Path, out: Path) -> None:
        """A fixed VHD; ``force_size`` keeps its size exact instead of rounding it to old disk geometries."""
        options = ["-o", "subformat=fixed,force_size=on"]
        self._run("convert", "-f", "qcow2", "-O", "vpc", *options, str(source), str(out))

    def _run(self, *arguments: str) -> str:
        argv = [self._settings.qemu_img, *arguments]
        try:
            done = subprocess.run(
                argv, capture_output=True, text=True, check=False, timeout=self._settings.image_seconds
            )
        except FileNotFoundError as error:
            raise HypervisorError(f"{argv[0]} was not found. Install Debian's package qemu-utils.") from error
        except subprocess.TimeoutExpired as error:
            raise HypervisorError(f"`{' '.join(argv[:3])} …` did not end within {error.timeout:.0f} s.") from error
        if done.returncode:
            raise _failure(argv, done.stderr.strip())
        return done.stdout


def _failure(argv: list[str], told: str) -> HypervisorError:
    if _NO_SPACE in told:
        return DiskFull(f"The host's disk is full: {told}. Make room, then try again.")
    return HypervisorError(f"`{' '.join(argv)}` failed: {told or 'it said nothing'}")


def _quote(path: Path) -> str:
    """QEMU's option lists escape a comma by doubling it."""
    return str(path).replace(",", ",,")
