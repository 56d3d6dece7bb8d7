"""One Windows machine while this server runs it: its ports, its guest of the moment, and its power button."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import time
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localazure.hypervisor.base import Forward, HypervisorError, Machine, PowerState, Script, ScriptResult
from localazure.hypervisor.channel import Message
from localazure.hypervisor.mishaps import (
    ClockSkew,
    ConnectionsCut,
    Crash,
    FullDisk,
    Mishap,
    NewHostKeys,
    SysprepCause,
)
from localazure.hypervisor.ports import Ports
from localazure.hypervisor.windows_model.guest_process import GuestProcess
from localazure.hypervisor.windows_model.records import Record, Records

MISHAPS: frozenset[type[Mishap]] = frozenset({Crash, ConnectionsCut, NewHostKeys, FullDisk, ClockSkew, SysprepCause})
"""What can befall a model of Windows."""
BUGCHECK = "The computer has rebooted from a bugcheck. The bugcheck was: 0x0000000a (IRQL_NOT_LESS_OR_EQUAL)."


@dataclass(frozen=True)
class SystemDisk:
    content: Path
    size: int
    """Bytes."""


class LiveMachine:
    """For use in the event loop only; ``record`` is saved whenever it changes.

    ``machine`` has the administrator's password, which the record has not.
    """

    def __init__(self, records: Records, record: Record, machine: Machine, disk: SystemDisk, pace: float) -> None:
        self._records, self.record, self._machine = records, record, machine
        self._disk, self._pace = disk, pace
        self._ports = Ports(self._visit)
        self._guest: GuestProcess | None = None
        self._hangs = False
        self._changing = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def machine(self) -> Machine:
        return self.record.machine

    async def power_on(self) -> None:
        """Boot. Raises HypervisorError when a port cannot be had or the guest cannot start."""
        async with self._changing:
            if self._guest is None:
                self._ports.set(self.machine.forwards)
                await self._boot()

    async def power_off(self, *, graceful: bool) -> None:
        async with self._changing:
            await self._end(graceful=graceful)
            if self._tasks:
                # A guest that ended by itself may not be buried yet.
                await asyncio.wait(self._tasks)
            self._ports.close()
            self._stopped()

    async def reset(self) -> None:
        async with self._changing:
            await self._end(graceful=True)
            await self._boot()

    def set_forwards(self, forwards: tuple[Forward, ...]) -> None:
        self.record.machine = self.machine.model_copy(update={"forwards": forwards})
        self._records.save(self.record)
        if self._guest is not None:
            self._ports.set(forwards)

    async def run_script(self, script: Script) -> ScriptResult:
        return await self._running_guest().run_script(script)

    async def pause(self) -> None:
        """Let the guest write down what it has in memory, then hold it still, as a power cut would."""
        if self._guest is not None and not self._hangs:
            with suppress(HypervisorError):
                await self._guest.flush()
                os.kill(self._guest.pid, signal.SIGSTOP)

    def resume(self) -> None:
        if self._guest is not None and not self._hangs:
            with suppress(ProcessLookupError):
                os.kill(self._guest.pid, signal.SIGCONT)

    async def befall(self, mishap: Mishap) -> None:
        """Raises HypervisorError when there is no guest that it could happen to."""
        guest = self._running_guest()
        if isinstance(mishap, Crash):
            await self._crash(guest, mishap.then)
        else:
            await guest.befall(mishap)

    async def _crash(self, guest: GuestProcess, then: str) -> None:
        if then == "hangs":
            self._hangs = True
            os.kill(guest.pid, signal.SIGSTOP)
            self.record.agent_stopped_at = time.time()
            self._records.save(self.record)
        elif then == "reboots":
            async with self._changing:
                await self._end(graceful=False)
                await self._boot()
        else:
            self._ended_by_itself(guest, BUGCHECK)

    async def _boot(self) -> None:
        log = self._records.make_folder(self.machine.vm_id) / "guest.log"
        guest = GuestProcess(log, self._heard, lambda why: self._ended_by_itself(guest, why))
        self._guest = guest
        self.record.power, self.record.crash = PowerState.RUNNING, None
        self.record.provisioning_failure = None
        self.record.agent_stopped_at = self.record.agent_stopped_at or time.time()
        self._records.save(self.record)
        await guest.boot(self._parameters())

    def _parameters(self) -> Message:
        identity = self._machine.identity.model_dump(mode="json")
        profile = identity.pop("os_profile")
        return {
            "disk": str(self._disk.content),
            "disk_bytes": self._disk.size,
            "pace": self._pace,
            "vcpus": self._machine.vcpus,
            "memory_mib": self._machine.memory_mib,
            "identity": identity,
            # What a provisioned guest was given once it does not need again.
            "os_profile": None if self.record.provisioned else profile,
        }

    async def _end(self, *, graceful: bool) -> None:
        if self._guest is not None:
            guest, self._guest = self._guest, None
            hung, self._hangs = self._hangs, False
            await guest.end(graceful=graceful and not hung)

    def _running_guest(self) -> GuestProcess:
        if self._guest is None:
            raise HypervisorError(f"Machine {self.machine.identity.name} is not running")
        return self._guest

    def _stopped(self) -> None:
        self.record.power = PowerState.STOPPED
        self.record.agent_stopped_at = self.record.agent_stopped_at or time.time()
        self._records.save(self.record)

    def _ended_by_itself(self, guest: GuestProcess, why: str | None) -> None:
        """It shut down from inside, or crashed."""
        if guest is self._guest:
            self._guest = None
            self._ports.close()
            self.record.crash = why
            self._stopped()
            self._later(guest.end(graceful=False))

    async def _visit(self, port: int, connection: socket.socket) -> None:
        if self._guest is None:
            connection.close()
        elif self._hangs:
            # Nobody answers, until the machine is off and its ports are closed.
            with connection:
                await asyncio.Event().wait()
        else:
            await self._guest.connect(port, connection)

    def _heard(self, message: Message) -> None:
        if message["event"] == "serial":
            with self._records.serial_log(self.machine.vm_id).open("ab") as log:
                log.write(message["text"].encode())
            return
        if message["event"] == "provisioned":
            self.record.provisioned = True
        elif message["event"] == "provisioning_failed":
            self.record.provisioning_failure = message["reason"]
        elif message["event"] == "agent":
            self.record.agent_version = message["version"]
            self.record.agent_stopped_at = None if message["reports"] else time.time()
        self._records.save(self.record)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
