"""Machines of the Windows model, without ARM around them."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path

from deployments.local_stack.ports import free_port
from localazure.hypervisor.base import Disk, Forward, Machine, MachineStatus, OsProfile, PowerState, WindowsSettings
from localazure.hypervisor.windows_model import WindowsModelHypervisor, base_images
from tests.support.identity import identity
from tests.support.model_guest import forwarded

ADMINISTRATOR = "builder"
PASSWORD = "Correct-Horse-1"
BASE = "windows"
_PATIENCE = 15.0


class WindowsLab:
    """A driver, and short ways to what every test needs of it."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.hypervisor = WindowsModelHypervisor(state / "windows", pace=0)
        self.hypervisor.import_layer(BASE, list(dict(base_images(state / "cache")).values())[-1])

    def boot(
        self, name: str, *, layer: str = BASE, specialized: bool = False, settings: WindowsSettings | None = None
    ) -> Machine:
        """Start a machine on a new disk called ``<name>-disk`` of the layer, and wait until it is up."""
        self.hypervisor.create_disk(f"{name}-disk", layer=layer, size_bytes=None)
        profile = None if specialized else os_profile(name, settings)
        made = windows_machine(name, profile)
        self.hypervisor.start(made)
        self.wait(made, provisioned=True)
        return made

    def status(self, made: Machine) -> MachineStatus:
        return self.hypervisor.status(made.vm_id)

    def wait(self, made: Machine, *, provisioned: bool = False, power: PowerState | None = None) -> None:
        deadline = time.monotonic() + _PATIENCE
        while True:
            status = self.status(made)
            if (status.provisioned or not provisioned) and power in {None, status.power}:
                return
            assert time.monotonic() < deadline, status
            assert not (provisioned and (status.crash or status.provisioning_failure)), status
            time.sleep(0.01)

    def wait_for_failure(self, made: Machine) -> str:
        """Why it was not provisioned, as soon as that is known."""
        deadline = time.monotonic() + _PATIENCE
        while not (why := self.status(made).provisioning_failure):
            assert time.monotonic() < deadline, self.status(made)
            time.sleep(0.01)
        return why

    def wait_for_agent(self, made: Machine) -> None:
        """Until the machine is up again, as its agent tells."""
        deadline = time.monotonic() + _PATIENCE
        while not self._agent_reports(made):
            assert time.monotonic() < deadline, self.status(made)
            time.sleep(0.01)

    def _agent_reports(self, made: Machine) -> bool:
        record = self.state / "windows" / "machines" / made.vm_id / "machine.json"
        return json.loads(record.read_text())["agent_stopped_at"] is None

    def boot_time(self, name: str) -> str:
        """As the machine wrote it down."""
        return str(json.loads((self.disk(name) / "machine.json").read_text())["boot_time"])

    def disk(self, name: str) -> Path:
        """What a machine's disk holds, on this host."""
        return self.state / "windows" / "disks" / f"{name}-disk" / "content"


def os_profile(name: str, settings: WindowsSettings | None = None) -> OsProfile:
    return OsProfile(
        computer_name=name,
        admin_username=ADMINISTRATOR,
        admin_password=PASSWORD,
        # Without it the firewall lets WinRM in from the local subnet only, as Azure's images do.
        windows=settings or WindowsSettings(winrm_http=True),
    )


def windows_machine(name: str, profile: OsProfile | None, guest_ports: tuple[int, ...] = (5985, 5986)) -> Machine:
    guest = identity(name, vm_id=f"id-of-{name}", os_type="Windows", mac_address="000D3A000001", os_profile=profile)
    forwards = tuple(Forward(address="127.0.0.1", port=free_port(), guest_port=port) for port in guest_ports)
    return Machine(
        vm_id=guest.vm_id,
        generation="V2",
        vcpus=2,
        memory_mib=4096,
        disks=(Disk(disk_id=f"{name}-disk"),),
        forwards=forwards,
        identity=guest,
    )


def winrm_url(made: Machine) -> str:
    address, port = forwarded(made, 5985)
    return f"http://{address}:{port}/wsman"


def serve_windows_until_killed(state: str, name: str) -> None:
    """A server in a process of its own: prints its one machine once that is up."""
    made = WindowsLab(Path(state)).boot(name)
    print(made.model_dump_json(), flush=True)  # noqa: T201
    signal.pause()
