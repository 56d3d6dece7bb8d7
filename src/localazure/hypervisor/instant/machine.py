"""One machine while this server runs it: its ports, its guest of the moment, and its power button."""

from __future__ import annotations

import asyncio
import socket
import time
import uuid
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

import asyncssh

from localazure.hypervisor.base import Forward, HypervisorError, Machine, PowerState, Script, ScriptResult
from localazure.hypervisor.channel import Message
from localazure.hypervisor.instant import custom_data
from localazure.hypervisor.instant.guest import Boot, Disks, Host, ModelLinuxGuest
from localazure.hypervisor.instant.records import Record, Records
from localazure.hypervisor.mishaps import PANIC, ClockSkew, ConnectionsCut, Crash, FullDisk, Mishap, NewHostKeys
from localazure.hypervisor.ports import Ports

AGENT_VERSION = "2.7.3.0"
_AGENT_UNIT = "walinuxagent.service"
MISHAPS: frozenset[type[Mishap]] = frozenset({Crash, ConnectionsCut, NewHostKeys, FullDisk, ClockSkew})
"""What can befall a model of Linux."""


class LiveMachine:
    """For use in the event loop only; ``record`` is saved whenever it changes."""

    def __init__(self, host: Host, records: Records, record: Record, disks: Disks) -> None:
        self._host, self._records, self.record, self._disks = host, records, record, disks
        self._ports = Ports(self._visit)
        self._guest: ModelLinuxGuest | None = None
        self._changing = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def machine(self) -> Machine:
        return self.record.machine

    async def power_on(self) -> None:
        """Boot; one that ran when its server was killed has lost its power. Raises HypervisorError without its port."""
        async with self._changing:
            if self._guest is None:
                self._ports.set(self.machine.forwards)
                self._boot()

    async def power_off(self, *, graceful: bool) -> None:
        async with self._changing:
            await self._end(graceful=graceful)
            self._ports.close()
            self._stopped()

    async def reset(self, *, graceful: bool) -> None:
        async with self._changing:
            await self._end(graceful=graceful)
            self._boot()

    def set_forwards(self, forwards: tuple[Forward, ...]) -> None:
        self.record.machine = self.machine.model_copy(update={"forwards": forwards})
        self._records.save(self.record)
        if self._guest is not None:
            self._ports.set(forwards)

    async def run_script(self, script: Script) -> ScriptResult:
        # A reboot is under way while there is no guest.
        async with self._changing:
            guest = self._guest
        if guest is None:
            raise HypervisorError(f"Machine {self.machine.identity.name} is not running")
        return await guest.run_script(script)

    async def pause(self) -> None:
        if self._guest is not None:
            with suppress(HypervisorError):
                await self._guest.pause()

    async def resume(self) -> None:
        if self._guest is not None:
            with suppress(HypervisorError):
                await self._guest.resume()

    async def befall(self, mishap: Mishap) -> None:
        """Raises HypervisorError when there is no guest that it could happen to."""
        async with self._changing:
            guest = self._guest
        if guest is None:
            raise HypervisorError(f"Machine {self.machine.identity.name} is not running")
        await guest.up()
        match mishap:
            case Crash(then=then):
                await self._crash(guest, then)
            case ConnectionsCut(ports=ports):
                guest.cut(ports)
                self._ports.cut(ports)
            case NewHostKeys():
                await guest.change_host_keys(_host_keys(self.machine.identity.name))
            case FullDisk(full=full):
                await guest.fill_disk(full=full)
            case ClockSkew(seconds=seconds):
                await guest.skew_clock(seconds)
            case _:
                raise HypervisorError(f"A model of Linux cannot have this: {mishap!r}")

    async def _crash(self, guest: ModelLinuxGuest, then: str) -> None:
        self._print(f"\n[{time.monotonic():12.6f}] {PANIC}\n")
        if then == "hangs":
            await guest.hang()
            self.record.agent_stopped_at = time.time()
            self._records.save(self.record)
        elif then == "reboots":
            await self.reset(graceful=False)
        else:
            self._crashed(guest, PANIC)

    def _boot(self) -> None:
        boot_id = str(uuid.uuid4())
        self.record.power, self.record.crash = PowerState.RUNNING, None
        self._records.save(self.record)
        profile = self.machine.identity.os_profile
        boot = Boot(
            disks=self._disks,
            folder=self._records.make_folder(self.machine.vm_id),
            boot_id=boot_id,
            host_name=profile.computer_name if profile and not self.record.provisioned else None,
            instance=_instance(self.machine),
        )
        guest = ModelLinuxGuest(self._host, boot, self._heard, lambda why: self._crashed(guest, why))
        self._guest = guest
        self._later(self._finish_boot(guest))

    async def _finish_boot(self, guest: ModelLinuxGuest) -> None:
        try:
            answer = await guest.boot()
        except HypervisorError as error:
            self._crashed(guest, str(error))
            return
        if answer["provisioned"] or self.record.agent_version:
            self.record.provisioned = True
            self._records.save(self.record)

    async def _end(self, *, graceful: bool) -> None:
        if self._guest is not None:
            guest, self._guest = self._guest, None
            await guest.end(graceful=graceful)

    def _stopped(self) -> None:
        self.record.power = PowerState.STOPPED
        self.record.agent_stopped_at = self.record.agent_stopped_at or time.time()
        self._records.save(self.record)

    def _crashed(self, guest: ModelLinuxGuest, why: str) -> None:
        if guest is self._guest:
            self._guest = None
            self._ports.close()
            self.record.crash = why
            self._stopped()
            self._later(guest.end(graceful=False))

    async def _visit(self, port: int, connection: socket.socket) -> None:
        # A reboot is under way while there is no guest.
        async with self._changing:
            guest = self._guest
        if guest is None:
            connection.close()
        else:
            await guest.visit(port, connection)

    def _heard(self, message: Message) -> None:
        if message["event"] == "console":
            self._print(message["text"])
        elif message["event"] == "service" and message["unit"] == _AGENT_UNIT:
            self._agent_changed(reports=message["active"])
        elif message["event"] == "power":
            self._later(self.reset(graceful=True) if message["to"] == "reboot" else self.power_off(graceful=True))

    def _print(self, text: str) -> None:
        with self._records.serial_log(self.machine.vm_id).open("ab") as log:
            log.write(text.replace("\n", "\r\n").encode())

    def _agent_changed(self, *, reports: bool) -> None:
        self.record.agent_version = AGENT_VERSION
        self.record.agent_stopped_at = None if reports else time.time()
        self._records.save(self.record)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _instance(machine: Machine) -> Message | None:
    """What the guest's cloud-init is given; None for a specialized machine."""
    profile = machine.identity.os_profile
    if profile is None:
        return None
    custom = custom_data.read(profile.custom_data)
    return {
        "vm_id": machine.vm_id,
        "computer_name": profile.computer_name,
        "admin_username": profile.admin_username,
        "ssh_public_keys": [[key.path, key.key_data] for key in profile.ssh_public_keys],
        "custom_data": profile.custom_data,
        "user_data": custom.text,
        "not_modelled": custom.not_modelled,
        "given_host_keys": custom.host_keys,
        "spare_host_keys": _host_keys(profile.computer_name),
        "delete_host_keys": custom.delete_host_keys,
    }


def _host_keys(host_name: str) -> dict[str, list[str]]:
    kinds = {"ecdsa": "ecdsa-sha2-nistp256", "ed25519": "ssh-ed25519"}
    keys = {kind: asyncssh.generate_private_key(name, comment=f"root@{host_name}") for kind, name in kinds.items()}
    return {
        kind: [key.export_private_key().decode(), key.export_public_key().decode().strip()]
        for kind, key in keys.items()
    }
