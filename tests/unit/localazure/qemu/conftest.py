"""A machine to try things on, and a layer store on tiny disks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deployments.local_stack.ports import free_port
from localazure.hypervisor.base import Disk, Forward, Machine, OsProfile, SshPublicKey
from localazure.hypervisor.qemu.layers import LayerStore
from localazure.hypervisor.qemu.qemu_img import QemuImg
from localazure.hypervisor.qemu.settings import QemuSettings
from tests.support.identity import identity


@pytest.fixture
def qemu_img() -> QemuImg:
    return QemuImg(QemuSettings())


@pytest.fixture
def layers(tmp_path: Path, qemu_img: QemuImg) -> Iterator[LayerStore]:
    store = LayerStore(tmp_path / "disks", qemu_img)
    yield store
    store.close()


@pytest.fixture
def machine() -> Machine:
    key = SshPublicKey(path="/home/builder/.ssh/authorized_keys", key_data="ssh-ed25519 AAAA builder")
    guest = identity(os_profile=OsProfile(computer_name="web", admin_username="builder", ssh_public_keys=(key,)))
    return Machine(
        vm_id=guest.vm_id,
        generation="V2",
        vcpus=1,
        memory_mib=128,
        disks=(Disk(disk_id="os"), Disk(disk_id="data", lun=3)),
        forwards=(Forward(address="127.55.0.1", port=free_port("127.55.0.1"), guest_port=22),),
        identity=guest,
    )
