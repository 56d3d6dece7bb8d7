"""A modelled Windows machine on a disk folder, without the process that serves it."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from localazure.pace import Pace
from localazure.windows.base_image import ensure_base_image, unpack
from localazure.windows.boot import BootReport, ProvisioningData, boot
from localazure.windows.machine.machine import Machine
from localazure.windows.machine.processes import ProcessContext, ProgramTable, RunningProcess
from localazure.windows.machine.tokens import Token
from localazure.windows.sysprep.program import Sysprep

ADMINISTRATOR, PASSWORD = "builder", "Correct-Horse-7"
VM_ID = "6e6f6e65-0000-4000-8000-000000000001"


@dataclass
class FunctionProgram:
    """A program whose work is a Python function."""

    work: Callable[[ProcessContext], int]

    def run(self, context: ProcessContext) -> int:
        return self.work(context)


def new_disk(folder: Path, cache: Path) -> Path:
    disk = folder / "disk"
    unpack(ensure_base_image(cache), disk)
    return disk


def provisioning(name: str = "win-1", vm_id: str = VM_ID, custom_data: str | None = None) -> ProvisioningData:
    return ProvisioningData(
        vm_id=vm_id,
        computer_name=name,
        admin_username=ADMINISTRATOR,
        admin_password=PASSWORD,
        custom_data=custom_data,
        private_ip="10.0.0.4",
    )


def open_machine(disk: Path, pace: float = 0) -> Machine:
    return Machine(disk, pace=Pace(pace), programs=ProgramTable({"sysprep.exe": Sysprep()}))


def provisioned(disk: Path, name: str = "win-1", pace: float = 0) -> Machine:
    """A machine that came up from a fresh image."""
    machine = open_machine(disk, pace)
    report: BootReport = boot(machine, provisioning(name))
    assert report.ready, report.failure
    return machine


def administrator(machine: Machine) -> Token:
    return machine.users.token(ADMINISTRATOR, "batch")


def start(machine: Machine, command: str, user: Token | None = None) -> RunningProcess:
    user = user or administrator(machine)
    nowhere = io.BytesIO()
    return machine.processes.start(command, user, machine.variables(user), None, io.BytesIO(), nowhere, nowhere)


def run_program(machine: Machine, command: str, user: Token | None = None) -> int:
    code = start(machine, command, user).wait(10)
    assert code is not None
    return code


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline, "it did not happen within 5 s"
        time.sleep(0.005)
