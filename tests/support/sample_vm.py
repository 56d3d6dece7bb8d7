"""A build VM for tests that look at nothing of it but that it is one."""

from __future__ import annotations

from mintage.artifacts import Address, BuildVm


def sample_vm(build_id: str) -> BuildVm:
    return BuildVm(
        build_id=build_id,
        resource_group="g",
        name="build",
        resource_id="/vms/build",
        size="Standard_B2s",
        location="westeurope",
        os_disk_id="/disks/os",
        address=Address(host="127.0.0.1", port=22, user="mintage", host_key="ssh-ed25519 A"),
    )
