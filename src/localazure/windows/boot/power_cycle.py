"""Power-on and power-off."""

from __future__ import annotations

from typing import Literal

from localazure.windows.boot.console import Console
from localazure.windows.boot.oobe import OobeFailed, go_through_oobe
from localazure.windows.boot.pending import apply_pending, run_once
from localazure.windows.boot.provisioning import ProvisioningData
from localazure.windows.boot.report import BootReport
from localazure.windows.boot.specialize import specialize
from localazure.windows.machine.cim import Hardware
from localazure.windows.machine.identity import COMPLETE, RESEAL_TO_AUDIT, RESEAL_TO_OOBE, SPECIALIZE_TO_OOBE
from localazure.windows.machine.machine import Machine
from localazure.windows.machine.network import Adapter

_BOOT_SECONDS = 15.0
_SYSTEM_PROCESSES = {
    "System": 4, "Registry": 88, "smss.exe": 308, "csrss.exe": 412, "wininit.exe": 488, "winlogon.exe": 548,
    "services.exe": 620, "lsass.exe": 640, "svchost.exe": 756, "fontdrvhost.exe": 764, "dwm.exe": 880,
}  # fmt: skip
_FIRST_BOOT = {RESEAL_TO_OOBE, SPECIALIZE_TO_OOBE}


def boot(machine: Machine, provisioning: ProvisioningData | None) -> BootReport:
    """Bring the machine up from what its disk holds; returns when it is up, or stuck for good.

    Args:
        machine: just read from its disk, off.
        provisioning: what the host gives the VM; None boots the disk as the machine it was.

    Returns:
        The report. A generalized disk goes through specialize and OOBE, any other through neither.
    """
    console = Console(machine)
    machine.power.reset()
    _power_on(machine, provisioning)
    apply_pending(machine, console)
    kind: Literal["first", "plain"] = "first" if machine.image_state in _FIRST_BOOT else "plain"
    try:
        if kind == "first":
            _first_boot(machine, provisioning or ProvisioningData(vm_id=""), console)
        _refuse_what_does_not_boot(machine)
    except OobeFailed as error:
        console.say(f"Provisioning failed. {error}")
        machine.save()
        return BootReport("stuck", ready=False, failure=str(error), console=console.text())
    _come_up(machine, console)
    machine.save()
    failure = _not_provisioned(machine, provisioning) if kind == "plain" else None
    return BootReport(kind, ready=_agent_runs(machine) and not failure, failure=failure, console=console.text())


def shut_down(machine: Machine) -> None:
    """End everything that runs, in order, and write the disk. The next boot reads a Machine anew."""
    machine.events.write("System", "EventLog", 6006, "The Event log service was stopped.")
    machine.tasks.shut_down()
    machine.processes.shut_down()
    machine.processes.hide_all()
    machine.servicing.stop()
    machine.services.stop_all()
    machine.power.reset()
    machine.state.boot_time = None
    machine.close()


def _first_boot(machine: Machine, data: ProvisioningData, console: Console) -> None:
    if machine.image_state == RESEAL_TO_OOBE:
        console.say("Getting devices ready (specialize)")
        specialize(machine, data)
        console.say(f"Specialized as {machine.name}")
    console.say("Getting ready (OOBE)")
    go_through_oobe(machine, data)
    console.say(f"Provisioned; the administrator is {data.admin_username}")


def _refuse_what_does_not_boot(machine: Machine) -> None:
    if machine.image_state == RESEAL_TO_AUDIT:
        raise OobeFailed("The image was sealed for audit mode: Windows waits at a desktop on a screen nobody sees.")


def _not_provisioned(machine: Machine, data: ProvisioningData | None) -> str | None:
    """Azure waits for the identity it gave; a disk that keeps its own never takes it."""
    if data is None or not data.complete or data.vm_id == machine.state.instance_id:
        return None
    return (
        f"OS provisioning did not finish: the disk is not generalized (image state {machine.image_state}), so Windows "
        f"came up as {machine.name} and not as {data.computer_name}. Run Sysprep to its end before capturing, or "
        "create the VM without an osProfile."
    )


def _power_on(machine: Machine, data: ProvisioningData | None) -> None:
    machine.services.stop_all()
    machine.state.boot_time = machine.time.now()
    machine.state.boots += 1
    if data is None:
        return
    serial = data.vm_id.replace("-", "")[:26]
    machine.state.hardware = Hardware(
        vcpus=data.vcpus, memory_mib=data.memory_mib, serial_number=serial, uuid=data.vm_id.upper()
    )
    known = next((each for each in machine.network.adapters() if each.mac == data.mac), Adapter(mac=data.mac))
    address = {"ip_address": data.private_ip, "prefix_length": data.prefix_length, "gateway": data.gateway}
    machine.network.state.adapters[:] = [known.model_copy(update=address)]
    if data.disk_bytes:
        machine.volumes.require("C").size = data.disk_bytes


def _come_up(machine: Machine, console: Console) -> None:
    for name, pid in _SYSTEM_PROCESSES.items():
        machine.processes.show(name, pid=pid)
    machine.services.start_automatic()
    for name, program in (("RdAgent", "WaAppAgent.exe"), ("WindowsAzureGuestAgent", "WindowsAzureGuestAgent.exe")):
        if machine.services.status(name) == "Running":
            machine.processes.show(program, rf"C:\WindowsAzure\Packages\{program}")
    machine.time.wait(_BOOT_SECONDS)
    machine.events.write("System", "EventLog", 6005, "The Event log service was started.")
    run_once(machine, console)
    if machine.services.status("Schedule") == "Running":
        machine.tasks.start_up()
    if machine.image_state != COMPLETE:
        console.say(f"Windows is up with image state {machine.image_state}")
    console.prompt()


def _agent_runs(machine: Machine) -> bool:
    return (
        machine.services.status("RdAgent") == "Running"
        and machine.services.status("WindowsAzureGuestAgent") == "Running"
    )
