"""A host without room: the machine waits, says why, and goes on once there is some."""

import re
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from localazure.hypervisor.base import Disk, DiskFull, Machine, PowerState
from localazure.hypervisor.qemu import QemuHypervisor, QemuSettings
from localazure.hypervisor.qemu.process import running_pid
from localazure.hypervisor.qemu.qemu_img import MIB, QemuImg
from localazure.hypervisor.qemu.waiting import wait_until

pytestmark = pytest.mark.timeout(90)
ROOM = 2 * MIB
WRITER = bytes.fromhex(
    "31c0 8ed8 be207c"  # xor ax, ax; mov ds, ax; mov si, packet
    "b80043 b280 cd13"  # again: mov ax, 4300h (extended write); mov dl, 80h; int 13h
    "66814408 80000000"  # add dword [si+8], 128: the next cluster of 64 KiB
    "eb ef"  # jmp again
)
"""A boot sector that writes to its disk, ever further on. At 20h: one sector from 7C00h to sector 256."""
PACKET = bytes.fromhex("1000 0100 007c 0000 0001000000000000")


@pytest.fixture
def cramped(tmp_path: Path) -> Iterator[QemuHypervisor]:
    """QEMU may make no file larger than two MiB; what it tries beyond that fails, as on a full disk."""
    qemu = tmp_path / "qemu"
    qemu.write_text(f'#!/bin/bash\ntrap "" XFSZ\nulimit -S -f {ROOM // 1024}\nexec qemu-system-x86_64 "$@"\n')
    qemu.chmod(0o755)
    driver = QemuHypervisor(tmp_path / "state", QemuSettings(accelerator="tcg", qemu=str(qemu), shutdown_seconds=1))
    yield driver
    driver.close()


def test_a_machine_without_room_waits_with_the_reason_and_goes_on_when_there_is_some(
    cramped: QemuHypervisor, machine: Machine, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    image = tmp_path / "writer.raw"
    image.write_bytes(WRITER.ljust(0x20, b"\0") + PACKET.ljust(510 - 0x20, b"\0") + b"\x55\xaa" + bytes(MIB - 512))
    cramped.import_layer("writer", image)
    cramped.create_disk("os", layer="writer", size_bytes=1024 * MIB)
    bare = machine.model_copy(update={"disks": (Disk(disk_id="os"),), "generation": "V1"})
    cramped.start(bare)

    assert wait_until(lambda: cramped.status(bare.vm_id).power is PowerState.STOPPED, 30)
    assert "disk is full or failed, and the machine waits" in str(cramped.status(bare.vm_id).crash)
    assert ["disk is full" in record.message for record in caplog.records] == [True]

    pid = running_pid(tmp_path / "state" / "machines" / bare.vm_id / "qemu.pid")
    assert pid
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    cramped.start(bare)
    assert cramped.status(bare.vm_id).power is PowerState.RUNNING


def test_a_disk_that_cannot_be_copied_for_lack_of_room_says_what_to_do(tmp_path: Path) -> None:
    full = tmp_path / "qemu-img"
    full.write_text("#!/bin/sh\necho 'qemu-img: error while writing: No space left on device' >&2\nexit 1\n")
    full.chmod(0o755)
    with pytest.raises(DiskFull, match=re.escape("No space left on device. Make room, then try again.")):
        QemuImg(QemuSettings(qemu_img=str(full))).create(tmp_path / "disk", MIB)
