"""A machine to try things on, and a layer store on tiny disks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from localazure.hypervisor.base import Disk, Forward, GuestIdentity, Machine, OsProfile, SshPublicKey
from localazure.hypervisor.qemu.layers import LayerStore
from localazure.hypervisor.qemu.qemu_img import QemuImg
from localazure.hypervisor.qemu.settings import QemuSettings


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
    vm_id = "11111111-2222-4333-8444-555555555555"
    identity = GuestIdentity(
        vm_id=vm_id,
        name="web",
        resource_id="/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/web",
        resource_group="g",
        subscription_id="s",
        location="westeurope",
        size="Standard_B2s",
        os_type="Linux",
        mac_address="0022480A0B0C",
        private_ip="10.0.0.4",
        subnet_prefix="10.0.0.0/24",
        os_profile=OsProfile(computer_name="web", admin_username="builder", ssh_public_keys=(key,)),
    )
    return Machine(
        vm_id=vm_id,
        generation="V2",
        vcpus=1,
        memory_mib=128,
        disks=(Disk(disk_id="os"), Disk(disk_id="data", lun=3)),
        forwards=(Forward(address="127.55.0.1", port=2222, guest_port=22),),
        identity=identity,
    )
