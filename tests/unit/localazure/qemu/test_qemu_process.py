"""Driving a real QEMU that has nothing to boot: seconds, not minutes."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from localazure.guest.services import socket_path
from localazure.hypervisor.base import Disk, Forward, HypervisorError, Machine, PowerState
from localazure.hypervisor.mishaps import ConnectionsCut, Crash, FullDisk, Preemption
from localazure.hypervisor.qemu import QemuHypervisor, QemuSettings
from localazure.hypervisor.qemu.accelerator import boots, choose_accelerator
from localazure.hypervisor.qemu.mishaps import UNPLUGGED_SECONDS
from localazure.hypervisor.qemu.process import running_pid
from localazure.hypervisor.qemu.qemu_img import MIB
from localazure.hypervisor.qemu.waiting import wait_until

pytestmark = pytest.mark.timeout(90)
SETTINGS = QemuSettings(accelerator="tcg", shutdown_seconds=1)


@pytest.fixture
def bare(machine: Machine) -> Machine:
    """No operating system: it sits in its firmware."""
    return machine.model_copy(update={"disks": (Disk(disk_id="os"),), "generation": "V1"})


@pytest.fixture
def hypervisor(tmp_path: Path) -> Iterator[QemuHypervisor]:
    driver = QemuHypervisor(tmp_path / "state", SETTINGS)
    driver.create_disk("os", layer=None, size_bytes=8 * MIB)
    yield driver
    driver.close()


def pid(state: Path, machine: Machine) -> int:
    found = running_pid(state / "machines" / machine.vm_id / "qemu.pid")
    assert found
    return found


def answers(forward: Forward) -> bool:
    with socket.socket() as client:
        return client.connect_ex((forward.address, forward.port)) == 0


def test_a_boot_sector_boots_so_the_probe_tells_working_from_hanging() -> None:
    assert boots("tcg", SETTINGS)
    assert not boots("tcg", QemuSettings(qemu="no-such-qemu"))


def test_it_starts_once_and_stops_however_often_it_is_told(
    hypervisor: QemuHypervisor, bare: Machine, tmp_path: Path
) -> None:
    hypervisor.start(bare)
    first = pid(tmp_path / "state", bare)
    hypervisor.start(bare)
    assert pid(tmp_path / "state", bare) == first
    assert hypervisor.status(bare.vm_id).power is PowerState.RUNNING
    for _ in range(2):
        hypervisor.stop(bare.vm_id, graceful=True)
    status = hypervisor.status(bare.vm_id)
    assert (status.power, status.crash) == (PowerState.STOPPED, None)
    for _ in range(2):
        hypervisor.delete(bare.vm_id)
    with pytest.raises(HypervisorError, match="no machine"):
        hypervisor.status(bare.vm_id)


def test_ports_change_while_it_runs(hypervisor: QemuHypervisor, bare: Machine) -> None:
    (first,) = bare.forwards
    second = first.model_copy(update={"port": first.port + 1})
    hypervisor.start(bare)
    assert answers(first)
    hypervisor.set_forwards(bare.vm_id, (second,))
    assert (answers(first), answers(second)) == (False, True)
    hypervisor.set_forwards(bare.vm_id, (first, second))
    assert (answers(first), answers(second)) == (True, True)


def test_a_taken_port_is_said_and_nothing_is_left_running(
    hypervisor: QemuHypervisor, bare: Machine, tmp_path: Path
) -> None:
    (forward,) = bare.forwards
    with socket.create_server((forward.address, forward.port)):
        with pytest.raises(HypervisorError, match=f"{forward.address}:{forward.port} is taken"):
            hypervisor.start(bare)
        assert running_pid(tmp_path / "state" / "machines" / bare.vm_id / "qemu.pid") is None
    hypervisor.start(bare)
    assert answers(forward)


def test_a_disk_is_frozen_and_resized_while_it_is_written_to(hypervisor: QemuHypervisor, bare: Machine) -> None:
    hypervisor.start(bare)
    for _ in range(2):
        hypervisor.freeze_disk("os", "while-running")
    hypervisor.freeze_disk("os", "again")
    hypervisor.resize_disk("os", 16 * MIB)
    assert hypervisor.layer_size("again") == 8 * MIB
    assert hypervisor.create_disk("os", layer=None, size_bytes=None) == 16 * MIB


@pytest.mark.parametrize("moved", [False, True])
def test_a_freeze_cut_off_while_it_ran_is_settled_by_what_qemu_does(
    hypervisor: QemuHypervisor, bare: Machine, moved: bool
) -> None:
    hypervisor.start(bare)
    layers, instance = hypervisor._layers, hypervisor._machines.instance(bare.vm_id)
    step = layers.begin_freeze("os", "cut-off")
    if moved:
        instance.move_disk(step, layers)
    hypervisor.start(bare)
    assert layers.has_layer("cut-off") is moved
    assert instance.writes_to(layers.disk_node("os"))
    hypervisor.freeze_disk("os", "cut-off")
    assert instance.writes_to(layers.disk_node("os"))


def test_a_crash_is_told_once_in_the_log_and_the_next_start_boots_anew(
    hypervisor: QemuHypervisor, bare: Machine, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    hypervisor.start(bare)
    os.kill(pid(tmp_path / "state", bare), signal.SIGKILL)
    assert wait_until(lambda: hypervisor.status(bare.vm_id).power is PowerState.STOPPED, 10)
    crash = "QEMU ended although nobody stopped the machine"
    assert crash in (hypervisor.status(bare.vm_id).crash or "")
    assert [crash in record.message for record in caplog.records] == [True]
    hypervisor.start(bare)
    assert hypervisor.status(bare.vm_id).crash is None


def test_a_guest_that_shuts_itself_down_did_not_crash(
    hypervisor: QemuHypervisor, bare: Machine, tmp_path: Path
) -> None:
    # mov dx, 0x604; mov ax, 0x2000; out dx, ax; hlt: a boot sector that turns the power off, through ACPI's port.
    image = tmp_path / "off.raw"
    image.write_bytes(bytes.fromhex("ba0406b80020eff4").ljust(510, b"\0") + b"\x55\xaa" + bytes(MIB - 512))
    hypervisor.import_layer("off", image)
    hypervisor.create_disk("off", layer="off", size_bytes=None)
    hypervisor.start(bare.model_copy(update={"disks": (Disk(disk_id="off"),)}))
    assert wait_until(lambda: hypervisor.status(bare.vm_id).power is PowerState.STOPPED, 30)
    assert hypervisor.status(bare.vm_id).crash is None
    assert running_pid(tmp_path / "state" / "machines" / bare.vm_id / "qemu.pid") is None


def test_a_missing_qemu_is_said(tmp_path: Path, bare: Machine) -> None:
    driver = QemuHypervisor(tmp_path / "other", QemuSettings(accelerator="tcg", qemu="no-such-qemu"))
    driver.create_disk("os", layer=None, size_bytes=8 * MIB)
    with pytest.raises(HypervisorError, match="Install Debian's package qemu-system-x86"):
        driver.start(bare)
    driver.close()


def test_what_works_here_is_not_settled_while_qemu_is_missing(tmp_path: Path) -> None:
    assert choose_accelerator(tmp_path, QemuSettings(qemu="no-such-qemu")) == "tcg"
    assert list(tmp_path.iterdir()) == []


def test_two_servers_do_not_share_a_folder(hypervisor: QemuHypervisor, tmp_path: Path) -> None:
    with pytest.raises(HypervisorError, match="Another localazure server"):
        QemuHypervisor(tmp_path / "state", SETTINGS)


_KILLED_SERVER = """
import os, signal, sys
from pathlib import Path
from localazure.hypervisor.base import Machine
from localazure.hypervisor.mishaps import ConnectionsCut, Crash, FullDisk, Preemption
from localazure.hypervisor.qemu import QemuHypervisor, QemuSettings
driver = QemuHypervisor(Path(sys.argv[1]), QemuSettings(accelerator="tcg"))
driver.create_disk("os", layer=None, size_bytes=8 << 20)
driver.start(Machine.model_validate_json(sys.argv[2]))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_machine_outlives_its_server_and_is_adopted(tmp_path: Path, bare: Machine) -> None:
    state = tmp_path / "state"
    argv = [sys.executable, "-c", _KILLED_SERVER, str(state), bare.model_dump_json()]
    assert subprocess.run(argv, check=False).returncode == -signal.SIGKILL
    survivor = pid(state, bare)
    driver = QemuHypervisor(state, SETTINGS)
    driver.start(bare)
    assert pid(state, bare) == survivor
    driver.freeze_disk("os", "after")
    sockets = (state / "sockets").readlink()
    driver.close()
    assert not sockets.exists()
    assert running_pid(state / "machines" / bare.vm_id / "qemu.pid") is None


def test_a_crash_on_demand_ends_stills_or_resets_the_machine(hypervisor: QemuHypervisor, bare: Machine) -> None:
    def state() -> str | None:
        return hypervisor._machines.instance(bare.vm_id).run_state()

    hypervisor.start(bare)
    hypervisor.befall(bare.vm_id, Crash(then="reboots"))
    assert state() == "running"
    hypervisor.befall(bare.vm_id, Crash(then="hangs"))
    assert (state(), hypervisor.status(bare.vm_id).power) == ("paused", PowerState.RUNNING)
    hypervisor.restart(bare.vm_id)
    assert state() == "running"
    hypervisor.befall(bare.vm_id, Crash())
    status = hypervisor.status(bare.vm_id)
    assert status.power is PowerState.STOPPED
    assert status.crash is not None
    assert "although nobody stopped" in status.crash
    with pytest.raises(HypervisorError, match="is not running"):
        hypervisor.befall(bare.vm_id, Crash())


def test_the_guest_hears_that_its_machine_is_taken_back_and_no_more_of_it_once_it_boots_again(
    hypervisor: QemuHypervisor, bare: Machine
) -> None:
    def heard() -> list[str]:
        sockets = hypervisor._machines.paths(bare.vm_id).sockets
        with httpx.Client(transport=httpx.HTTPTransport(uds=str(socket_path(sockets, "imds")))) as client:
            url = "http://169.254.169.254/metadata/scheduledevents?api-version=2020-07-01"
            events = client.get(url, headers={"Metadata": "true"}).json()["Events"]
        return [each["EventType"] for each in events]

    hypervisor.start(bare)
    assert heard() == []
    hypervisor.befall(bare.vm_id, Preemption(seconds=30))
    assert heard() == ["Preempt"]
    hypervisor.stop(bare.vm_id, graceful=False)
    hypervisor.start(bare)
    assert heard() == []


def test_the_network_cable_is_out_for_a_while(
    hypervisor: QemuHypervisor, bare: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    hypervisor.start(bare)
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    # QEMU would refuse what it has no such network for.
    hypervisor.befall(bare.vm_id, ConnectionsCut(ports=(22,)))
    assert waited == [UNPLUGGED_SECONDS]


def test_what_cannot_be_done_from_outside_is_refused(hypervisor: QemuHypervisor, bare: Machine) -> None:
    hypervisor.start(bare)
    assert hypervisor.mishaps("Linux") == {Crash, ConnectionsCut, Preemption}
    with pytest.raises(HypervisorError, match="cannot be given this from outside: FullDisk"):
        hypervisor.befall(bare.vm_id, FullDisk())
