"""A machine as QEMU's command line: pure, so that what would be started can be read and tested."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from localazure.guest.services import socket_path
from localazure.hypervisor.base import Disk, Machine
from localazure.hypervisor.qemu.paths import MachinePaths
from localazure.hypervisor.qemu.settings import QemuSettings

ASSET_TAG = "7783-7084-3265-9085-8269-3286-77"
"""The chassis asset tag by which cloud-init and systemd know Azure."""
NETWORK_ID = "net0"
GUEST_ADDRESS = "168.0.0.15"
_NETWORK = f"net=168.0.0.0/7,host=168.0.0.2,dns=168.0.0.3,dhcpstart={GUEST_ADDRESS}"
"""Holds 168.63.129.16 and 169.254.169.254, which a ``guestfwd`` can reach only inside the network."""
_GUEST_SERVICES = {"imds": "169.254.169.254:80", "wire": "168.63.129.16:80", "plugin": "168.63.129.16:32526"}

# All that QEMU emulates but what costs more than it gives: a fifth level of page tables, which each miss of the TLB
# walks through, and AVX, which glibc prefers to SSE2 and QEMU computes out of line. A boot and some work of apt, Python
# and find took 30 s with `max` and 25 s without the fifth level; the model EPYC, which has none, took 24 s with AVX and
# 20 s without (QEMU 7.2, the best of three each or more, on a host whose speed varied).
# Virtualization in the guest is off: few of Azure's sizes have it, and its modules would be loaded at each boot.
_EMULATED = "max,la57=off,avx=off,avx2=off,f16c=off,fma=off,svm=off"
# MiB of translated code, after which QEMU forgets all of it. Usually that is a gigabyte, and what a guest's memory held
# once slows down each write to it: three boots in one QEMU, with the same work in each, took 129 to 136 s, and with
# this 94 to 103 s; with 64 and 256 it was in between.
_TRANSLATED_MIB = 128

_DATA_SLOT = "0x10"
"""Where the base image's udev rules look for data disks, to name them as on Azure."""

Accelerator = Literal["kvm", "tcg"]


@dataclass(frozen=True)
class DiskFile:
    """A disk of the machine, and the node and file it is written to."""

    disk: Disk
    node: str
    path: Path


def command(
    machine: Machine, files: list[DiskFile], paths: MachinePaths, accelerator: Accelerator, settings: QemuSettings
) -> list[str]:
    """The argument list. The machine waits for ``cont``, so that nothing runs before its ports are open."""
    return [
        *(settings.qemu, "-name", f"localazure-{machine.identity.name}", "-uuid", machine.vm_id),
        *("-nodefaults", "-no-user-config", "-display", "none", "-vga", "none", "-S"),
        # A guest that shuts down stops, and QEMU stays: so its end can be told from QEMU's own.
        *("-no-shutdown", "-pidfile", str(paths.pid)),
        *("-smp", str(_processors(machine, accelerator)), "-m", str(machine.memory_mib)),
        *_processor(accelerator),
        *_platform(machine, paths, settings),
        *("-smbios", f"type=3,asset={ASSET_TAG}"),
        *(
            "-chardev",
            f"socket,id=qmp,path={_quote(paths.monitor)},server=on,wait=off",
            "-mon",
            "chardev=qmp,mode=control",
        ),
        *("-chardev", f"file,id=serial0,path={_quote(paths.serial)},append=on", "-serial", "chardev:serial0"),
        *_disks(files),
        *_disc(paths),
        *_network(machine, paths, settings),
    ]


def block_device(node: str, path: Path) -> dict[str, Any]:
    """A qcow2 file for ``-blockdev`` and ``blockdev-add``.

    The guest's flushes reach the host's disk. Leaving them out (``cache.no-flush``) was measured and gained nothing:
    `apt-get install nginx` took 128 s with them and 135 s without, side by side on one host.
    """
    return {
        "driver": "qcow2",
        "node-name": node_name(node),
        "discard": "unmap",
        "file": {"driver": "file", "filename": str(path), "discard": "unmap"},
    }


def node_name(node: str) -> str:
    """QEMU's names begin with a letter and have 31 characters at most."""
    return f"n{node[:30]}"


def _processors(machine: Machine, accelerator: Accelerator) -> int:
    """Emulated processors beyond the host's own only wait for each other."""
    return min(machine.vcpus, os.cpu_count() or 1) if accelerator == "tcg" else machine.vcpus


def _processor(accelerator: Accelerator) -> tuple[str, ...]:
    if accelerator == "kvm":
        return ("-accel", "kvm", "-cpu", "host")
    return ("-accel", f"tcg,thread=multi,tb-size={_TRANSLATED_MIB}", "-cpu", _EMULATED)


def _platform(machine: Machine, paths: MachinePaths, settings: QemuSettings) -> tuple[str, ...]:
    if machine.generation == "V1":
        return ("-machine", "pc")
    code = {"driver": "file", "filename": str(settings.firmware_code), "node-name": "firmware", "read-only": True}
    variables = {"driver": "file", "filename": str(paths.firmware_vars), "node-name": "firmware-vars"}
    return (
        *("-machine", "q35,pflash0=firmware,pflash1=firmware-vars"),
        *("-blockdev", json.dumps(code), "-blockdev", json.dumps(variables)),
    )


def _disks(files: list[DiskFile]) -> list[str]:
    """The operating system's disk is 0:0:0:0, data disks are on a second controller at their LUN, as in Azure."""
    data = f"virtio-scsi-pci,id=data,addr={_DATA_SLOT}"
    arguments = ["-device", "virtio-scsi-pci,id=os", "-device", data]
    for number, file in enumerate(files):
        lun = file.disk.lun
        place = "bus=os.0,scsi-id=0,lun=0,bootindex=0" if lun is None else f"bus=data.0,scsi-id=0,lun={lun}"
        device = f"scsi-hd,id=disk{number},drive={node_name(file.node)},{place},werror=stop,rerror=stop"
        arguments += ["-blockdev", json.dumps(block_device(file.node, file.path)), "-device", device]
    return arguments


def _disc(paths: MachinePaths) -> tuple[str, ...]:
    if not paths.disc.exists():
        return ()
    disc = {"driver": "file", "filename": str(paths.disc), "node-name": "provisioning", "read-only": True}
    return ("-blockdev", json.dumps(disc), "-device", "scsi-cd,bus=os.0,scsi-id=1,drive=provisioning")


def _network(machine: Machine, paths: MachinePaths, settings: QemuSettings) -> tuple[str, ...]:
    socat = shutil.which(settings.socat) or settings.socat
    services = "".join(
        f",guestfwd=tcp:{address}-cmd:{socat} - UNIX-CONNECT:{_quote(socket_path(paths.sockets, name))}"
        for name, address in _GUEST_SERVICES.items()
    )
    # No option ROM: nothing boots from the network, and reading it costs the firmware a second.
    device = f"virtio-net-pci,netdev={NETWORK_ID},mac={_mac(machine.identity.mac_address)},romfile="
    return ("-netdev", f"user,id={NETWORK_ID},{_NETWORK}{services}", "-device", device)


def _mac(digits: str) -> str:
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2))


def _quote(path: Path) -> str:
    return str(path).replace(",", ",,")
