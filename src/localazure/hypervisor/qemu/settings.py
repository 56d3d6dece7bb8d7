"""What may be different from host to host."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict


class QemuSettings(BaseModel):
    """How QEMU is found and used. The defaults fit Debian 12 with the packages of deployments/debian-packages.txt."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    qemu: str = "qemu-system-x86_64"
    qemu_img: str = "qemu-img"
    socat: str = "socat"
    accelerator: Literal["auto", "kvm", "tcg"] = "auto"
    firmware_code: Path = Path("/usr/share/OVMF/OVMF_CODE_4M.fd")
    firmware_vars: Path = Path("/usr/share/OVMF/OVMF_VARS_4M.fd")
    """UEFI for generation 2; each machine gets its own copy of the variables."""
    socket_dir: Path | None = None
    """Where sockets go, whose paths may have 107 bytes at most; None makes a short one under the temporary folder."""

    launch_seconds: float = 60.0
    """How long QEMU may take to answer after its start."""
    shutdown_seconds: float = 60.0
    """How long a guest may take to shut itself down before its power is cut."""
    monitor_seconds: float = 20.0
    """How long a running QEMU may take to answer one question."""
    image_seconds: float = 1800.0
    """How long qemu-img may take to convert a disk."""
    low_ports_setting: str = "--guest-port-offset"
    """What an error about ports under 1024 tells the user to set."""
