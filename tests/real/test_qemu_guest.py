"""A real Debian guest in a real QEMU: what the hypervisor promises, seen from inside the guest.

The tests share one machine and run in the order they are written in; the last ones deprovision and stop it. In
`make test` the golden image's build asks the same of its machines, but for the names of data disks and what a freeze
holds.
"""

import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import paramiko
import pytest

from localazure.base_images import BaseImage, ensure_base_image
from localazure.hypervisor.base import Machine, MachineStatus, PowerState, Script, ScriptResult
from localazure.hypervisor.qemu import QemuHypervisor, QemuSettings
from localazure.settings import ServerSettings
from tests.support.real_guests import boots, guest_machine, until_boot

SSH_SECONDS = 400
AGENT_SECONDS = 300
SCRIPT_SECONDS = 120
GIB = 1024**3
ROOT_OFFSET = 262144 * 512


@dataclass
class Guest:
    """The machine under test, and the server that has it now."""

    hypervisor: QemuHypervisor
    state: Path
    machine: Machine
    key: paramiko.ECDSAKey
    lost: list[QemuHypervisor] = field(default_factory=list)

    def status(self) -> MachineStatus:
        return self.hypervisor.status(self.machine.vm_id)

    def run(self, command: str) -> str:
        """Run it over SSH, waiting for the guest to answer first. Returns all output; a failure fails the test."""
        with self._connect() as client:
            _, stdout, stderr = client.exec_command(command, timeout=120)
            told = stdout.read().decode() + stderr.read().decode()
            assert stdout.channel.recv_exit_status() == 0, told
        return told.strip()

    def _connect(self) -> paramiko.SSHClient:
        (forward,) = self.machine.forwards
        until = time.monotonic() + SSH_SECONDS
        while True:
            client = paramiko.SSHClient()
            client.set_missing_host_key_policy(paramiko.AutoAddPolicy())  # noqa: S507 (a new guest on loopback)
            try:
                client.connect(
                    forward.address, forward.port, "builder", pkey=self.key, timeout=10, banner_timeout=30,
                    allow_agent=False, look_for_keys=False,
                )  # fmt: skip
            except (OSError, EOFError, paramiko.SSHException):
                client.close()
                if time.monotonic() > until:
                    raise
                time.sleep(0.5)
            else:
                return client

    def script(self, *lines: str, **parameters: str) -> ScriptResult:
        """What Run Command makes of a script."""
        script = Script(text="\n".join(lines), parameters=tuple(parameters.items()))
        return self.hypervisor.begin_script(self.machine.vm_id, script).result(SCRIPT_SECONDS)

    def wait_for_agent(self) -> MachineStatus:
        """Until the guest's agent has reported within the last seconds."""
        until = time.monotonic() + AGENT_SECONDS
        while not ((agent := self.status().agent) and agent.seconds_since_report < 15 and agent.status == "Ready"):
            assert time.monotonic() < until, f"the agent did not report Ready: {self.status()}"
            time.sleep(0.5)
        return self.status()

    def lose_server(self) -> None:
        """What remains of a server that was killed: nothing but the machines."""
        self.hypervisor._machines._services.shutdown()
        self.hypervisor._layers.close()
        self.hypervisor._only_one.release()
        self.lost.append(self.hypervisor)
        self.hypervisor = QemuHypervisor(self.state, QemuSettings())


@pytest.fixture(scope="module")
def image() -> BaseImage:
    return ensure_base_image(ServerSettings().cache / "base_images", progress=print)


@pytest.fixture(scope="module")
def guest(image: BaseImage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guest]:
    state = tmp_path_factory.mktemp("hypervisor")
    hypervisor = QemuHypervisor(state, QemuSettings())
    hypervisor.import_layer("base", image.path)
    hypervisor.create_disk("os", layer="base", size_bytes=None)
    hypervisor.create_disk("data", layer=None, size_bytes=GIB)
    key = paramiko.ECDSAKey.generate()
    made = Guest(hypervisor, state, guest_machine("V2", f"{key.get_name()} {key.get_base64()} test"), key)
    made.hypervisor.start(made.machine)
    yield made
    made.hypervisor.delete(made.machine.vm_id)
    made.hypervisor.close()
    for server in made.lost:
        # Its child has ended by now, and wants to be noticed.
        server._machines.instance(made.machine.vm_id).alive()


def test_it_is_provisioned_as_on_azure(guest: Guest) -> None:
    assert guest.run("hostname") == "e2e-guest"
    assert "DataSourceAzure" in guest.run("cloud-init status --wait --long")
    assert guest.run("cat /etc/from-custom-data") == "hello"
    assert guest.run("sudo id -u") == "0"
    # Its name depends on which of the two controllers is looked at first, as on Azure.
    assert guest.run("lsblk -dno HCTL /dev/$(lsblk -no PKNAME $(findmnt -no SOURCE /))").endswith(":0:0:0")
    assert guest.status().provisioned
    assert guest.status().provisioning_failure is None
    assert b"e2e-guest login:" in guest.hypervisor.serial_log(guest.machine.vm_id)


def test_its_agent_says_ready(guest: Guest) -> None:
    status = guest.wait_for_agent()
    assert status.agent
    assert status.agent.version.startswith("2.")


def test_it_finds_its_metadata(guest: Guest) -> None:
    url = "http://169.254.169.254/metadata/instance/compute/vmId?api-version=2021-08-01&format=text"
    assert guest.run(f"curl -s -H Metadata:true '{url}'") == guest.machine.vm_id


def test_its_agent_runs_a_script_and_keeps_nothing_of_it(guest: Guest) -> None:
    told = guest.script('echo "$(id -un) ${#1}"; echo broken >&2; exit 3', secret="SECRET-9")
    assert (told.exit_code, told.stdout, told.stderr) == (3, "root 8\n", "broken\n")
    # Not to be found in what the search itself left in the journal.
    assert guest.run("sudo grep -rl 'SECRET-[9]' /var/lib/waagent /var/log || echo nowhere") == "nowhere"


def test_its_data_disk_has_the_name_it_has_on_azure(guest: Guest) -> None:
    disk = "/dev/disk/azure/scsi1/lun3"
    guest.run(f"echo 'start=2048, type=L' | sudo sfdisk --quiet {disk} && sudo udevadm settle")
    assert guest.run(f"lsblk -bdno SIZE {disk}") == str(GIB)
    assert guest.run(f"lsblk -no PKNAME {disk}-part1") == guest.run(f"basename $(readlink -f {disk})")


def test_a_freeze_holds_what_was_synced_and_nothing_later(guest: Guest, tmp_path: Path) -> None:
    guest.run("echo before | sudo tee /before && sync")
    guest.hypervisor.freeze_disk("os", "frozen")
    guest.run("echo after | sudo tee /after && sync")
    guest.hypervisor.create_disk("look", layer="frozen", size_bytes=None)
    node = guest.hypervisor._layers.file(guest.hypervisor._layers.disk_node("look"))
    root = tmp_path / "root.raw"
    partition = f"driver=raw,offset={ROOT_OFFSET},file.driver=qcow2,file.file.filename={node}"
    subprocess.run(["qemu-img", "convert", "--image-opts", "-O", "raw", partition, str(root)], check=True)
    # The freeze is of a running machine: its journal is replayed first, as a boot would. 0: clean, 1: replayed.
    checked = subprocess.run(["e2fsck", "-p", str(root)], check=False, capture_output=True, text=True)
    assert checked.returncode in {0, 1}, checked
    listed = subprocess.run(["debugfs", "-R", "ls -p /", str(root)], capture_output=True, text=True, check=True)
    assert "/before/" in listed.stdout
    assert "/after/" not in listed.stdout


def test_it_outlives_its_server_and_is_adopted(guest: Guest) -> None:
    boot = guest.run("cat /proc/sys/kernel/random/boot_id")
    guest.lose_server()
    guest.hypervisor.start(guest.machine)
    assert guest.status().power is PowerState.RUNNING
    assert guest.run("cat /proc/sys/kernel/random/boot_id") == boot
    guest.wait_for_agent()


def test_it_writes_its_own_boot_menu(guest: Guest) -> None:
    assert "Found linux image: /boot/vmlinuz-" in guest.run("sudo update-grub && sync")


def test_waagent_removes_the_user_it_was_given(guest: Guest) -> None:
    assert guest.run("sudo test -e /var/lib/waagent/ovf-env.xml && echo there") == "there"
    told = guest.run("sudo waagent -force -deprovision+user && getent passwd builder || echo gone")
    assert told.endswith("gone")


def test_it_shuts_down_when_asked(guest: Guest) -> None:
    guest.hypervisor.stop(guest.machine.vm_id, graceful=True)
    assert (guest.status().power, guest.status().crash) == (PowerState.STOPPED, None)
    assert b"reboot: Power down" in guest.hypervisor.serial_log(guest.machine.vm_id)


def test_it_boots_what_that_menu_says_when_it_is_started_and_when_it_is_restarted(guest: Guest) -> None:
    seen = boots(guest.hypervisor, guest.machine)
    guest.hypervisor.start(guest.machine)
    until_boot(guest.hypervisor, guest.machine, seen + 1)
    guest.hypervisor.restart(guest.machine.vm_id)
    until_boot(guest.hypervisor, guest.machine, seen + 2)
