"""A machine as a command line."""

import json
from pathlib import Path

import pytest

from localazure.base_images.recipe import DEBIAN_12
from localazure.hypervisor.base import Machine
from localazure.hypervisor.qemu.command import ASSET_TAG, DiskFile, block_device, command, node_name
from localazure.hypervisor.qemu.paths import MachinePaths
from localazure.hypervisor.qemu.settings import QemuSettings


@pytest.fixture
def paths(tmp_path: Path) -> MachinePaths:
    return MachinePaths(folder=tmp_path / "machine", sockets=tmp_path / "sockets")


def argv(machine: Machine, paths: MachinePaths, accelerator: str = "tcg") -> list[str]:
    files = [DiskFile(disk, f"{n:032x}", Path(f"/disks/{n}.qcow2")) for n, disk in enumerate(machine.disks)]
    return command(machine, files, paths, "kvm" if accelerator == "kvm" else "tcg", QemuSettings())


def values(arguments: list[str], option: str) -> list[str]:
    return [arguments[i + 1] for i, argument in enumerate(arguments) if argument == option]


def test_it_calls_itself_azure(machine: Machine, paths: MachinePaths) -> None:
    assert f"type=3,asset={ASSET_TAG}" in values(argv(machine, paths), "-smbios")


def test_generation_2_has_uefi_and_generation_1_a_bios(machine: Machine, paths: MachinePaths) -> None:
    assert any("pflash0=" in value for value in values(argv(machine, paths), "-machine"))
    first = machine.model_copy(update={"generation": "V1"})
    assert values(argv(first, paths), "-machine") == ["pc"]


def test_disks_are_scsi_and_stop_the_machine_when_the_host_is_full(machine: Machine, paths: MachinePaths) -> None:
    disks = [value for value in values(argv(machine, paths), "-device") if value.startswith("scsi-hd")]
    assert len(disks) == 2
    assert "bus=os.0,scsi-id=0,lun=0" in disks[0]
    assert "bus=data.0,scsi-id=0,lun=3" in disks[1]
    assert all("werror=stop" in disk for disk in disks)


def test_data_disks_are_where_the_base_images_rules_look_for_them(machine: Machine, paths: MachinePaths) -> None:
    slots = [value for value in values(argv(machine, paths), "-device") if value.startswith("virtio-scsi-pci,id=data")]
    assert slots == ["virtio-scsi-pci,id=data,addr=0x10"]
    (rules,) = (DEBIAN_12.folder / "overlay" / "etc" / "udev" / "rules.d").iterdir()
    assert 'KERNELS=="0000:00:10.0"' in rules.read_text()


def test_guest_services_are_led_to_the_machines_own_sockets(machine: Machine, paths: MachinePaths) -> None:
    (network,) = values(argv(machine, paths), "-netdev")
    for address, name in (
        ("169.254.169.254:80", "imds"),
        ("168.63.129.16:80", "wire"),
        ("168.63.129.16:32526", "plugin"),
    ):
        forward = next(part for part in network.split(",guestfwd=") if part.startswith(f"tcp:{address}-cmd:"))
        assert forward.endswith(f"UNIX-CONNECT:{paths.sockets}/{name}.sock")


@pytest.mark.parametrize("accelerator", ["kvm", "tcg"])
def test_one_accelerator_is_named_and_none_to_fall_back_on(
    machine: Machine, paths: MachinePaths, accelerator: str
) -> None:
    (named,) = values(argv(machine, paths, accelerator), "-accel")
    assert named.partition(",")[0] == accelerator


def test_the_provisioning_disc_is_in_the_drive_only_when_there_is_one(machine: Machine, paths: MachinePaths) -> None:
    assert not [value for value in argv(machine, paths) if value.startswith("scsi-cd")]
    paths.make()
    paths.disc.touch()
    assert [value for value in argv(machine, paths) if value.startswith("scsi-cd")]


def test_nothing_runs_before_it_is_told_to(machine: Machine, paths: MachinePaths) -> None:
    arguments = argv(machine, paths)
    assert {"-S", "-no-shutdown", "-nodefaults"} <= set(arguments)
    assert not any("hostfwd" in argument for argument in arguments)


def test_a_file_has_one_name_on_the_command_line_and_in_the_monitor(machine: Machine, paths: MachinePaths) -> None:
    names = [json.loads(value).get("node-name") for value in values(argv(machine, paths), "-blockdev")]
    assert node_name(f"{0:032x}") in names
    assert len(node_name("f" * 32)) <= 31
    assert block_device("0" * 32, Path("/x"))["node-name"] == node_name("0" * 32)
