"""Machines for QEMU that tests boot without Azure around them."""

from __future__ import annotations

import base64
import os
import time
import uuid
from typing import Literal

from localazure.hypervisor.base import Disk, Forward, Machine, OsProfile, SshPublicKey
from localazure.hypervisor.qemu import QemuHypervisor
from tests.support.identity import identity

USER_DATA = "#cloud-config\nwrite_files:\n- {path: /etc/from-custom-data, content: hello}\n"


def guest_machine(generation: Literal["V1", "V2"], public_key: str) -> Machine:
    """One whose system is the disk ``os``; generation 2 has a data disk ``data`` besides, at LUN 3."""
    vm_id = str(uuid.uuid4())
    address = f"127.91.{os.getpid() % 250 + 1}.{2 if generation == 'V2' else 1}"
    profile = OsProfile(
        computer_name="e2e-guest",
        admin_username="builder",
        ssh_public_keys=(SshPublicKey(path="/home/builder/.ssh/authorized_keys", key_data=public_key),),
        custom_data=base64.b64encode(USER_DATA.encode()).decode(),
    )
    return Machine(
        vm_id=vm_id,
        generation=generation,
        vcpus=1,
        memory_mib=1536,
        disks=(Disk(disk_id="os"), *([Disk(disk_id="data", lun=3)] if generation == "V2" else [])),
        forwards=(Forward(address=address, port=2222, guest_port=22),),
        identity=identity("e2e-guest", vm_id=vm_id, public_ip=address, os_profile=profile),
    )


def boots(hypervisor: QemuHypervisor, machine: Machine) -> int:
    """How often systemd was reached, after firmware, boot menu, kernel and initial RAM disk."""
    return hypervisor.serial_log(machine.vm_id).count(b"systemd[1]: Detected virtualization")


def until_boot(hypervisor: QemuHypervisor, machine: Machine, number: int) -> None:
    """Wait until ``boots`` is as many. Fails with what the console said last."""
    until = time.monotonic() + 180
    while boots(hypervisor, machine) < number:
        told = hypervisor.serial_log(machine.vm_id).decode(errors="replace")
        assert time.monotonic() < until, told[-2000:]
        time.sleep(0.5)
