"""The model of a Linux guest, for one boot: bash in a sandbox, with a model of what makes it a machine around it."""

from __future__ import annotations

import asyncio
import socket
import subprocess
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from localazure.hypervisor import ports
from localazure.hypervisor.base import HypervisorError, Script, ScriptResult
from localazure.hypervisor.channel import Channel, GuestGone, Message
from localazure.hypervisor.instant import kernel_files, sandbox
from localazure.hypervisor.instant.exits import Exits
from localazure.hypervisor.instant.mounts import GuestMounts
from localazure.hypervisor.instant.scripts import run_script
from localazure.hypervisor.instant.ssh import SshServer
from localazure.hypervisor.instant.user_namespace import UserNamespace
from localazure.hypervisor.process_end import wait_for_end

_SSH_PORT = 22
_SHUT_DOWN_SECONDS = 5.0
_CUT_SECONDS = 2.0
_KILLED_SECONDS = 30.0
"""Nothing holds it up but the kernel, which takes its namespaces down first; on a busy host that took more than two."""
_BOOT_SECONDS = 15.0
_STOPPED = "The machine stopped before the script ended"


@dataclass(frozen=True)
class Host:
    """Where guests run: the server's state folder, and the users its guests have on this host."""

    state: Path
    users: UserNamespace
    programs: str
    """Relative to the state folder."""


@dataclass(frozen=True)
class Disks:
    """Paths relative to the state folder: the system's folder, and the data disks' files by lun."""

    system: str
    data: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Boot:
    """What one boot starts from."""

    disks: Disks
    folder: Path
    """The machine's own, for the files that stand for its kernel."""
    boot_id: str
    host_name: str | None
    instance: Message | None
    """See ``userland.first_boot.Instance``."""


class ModelLinuxGuest:
    """For use in the event loop only. ``on_event`` gets init's events, ``on_end`` is called when nobody ended it."""

    def __init__(
        self, host: Host, boot: Boot, on_event: Callable[[Message], None], on_end: Callable[[str], None]
    ) -> None:
        self._host, self._boot = host, boot
        self._on_event, self._on_end = on_event, on_end
        self._expected_end = False
        self._ssh: SshServer | None = None
        self._exits = Exits()
        self._up, self._ended = asyncio.Event(), asyncio.Event()
        self._hangs = False
        # Of two that lay the same over its files at once, one would take the other's for the guest's own.
        self._mounting = asyncio.Lock()
        self._log = boot.folder / "sandbox.log"
        kernel_files.write(boot.folder / "kernel", boot.boot_id)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = self._launch(theirs)
        self._channel = Channel(ours, self._heard, self._hung_up)

    def _launch(self, control: socket.socket) -> subprocess.Popen[bytes]:
        # bubblewrap ends with the thread that started it: this must be the event loop's, which lives longest.
        places = sandbox.Places(
            programs=self._host.programs,
            disk=self._boot.disks.system,
            data_disks=self._boot.disks.data,
            kernel=str((self._boot.folder / "kernel").relative_to(self._host.state)),
        )
        with self._log.open("wb") as log:
            return subprocess.Popen(
                self._host.users.command(sandbox.command(places, self._boot.host_name)),
                stdin=control.fileno(),
                stdout=log,
                stderr=log,
                cwd=self._host.state,
                pass_fds=[self._host.users.descriptor],
                start_new_session=True,
            )

    async def boot(self) -> Message:
        """Answers when init did all a boot does; the answer's ``provisioned`` says whether it was a first one."""
        boot = self._boot
        parameters = {"boot_id": boot.boot_id, "instance": boot.instance}
        answer = await self._channel.ask("boot", parameters=parameters)
        if answer["host_keys"]:
            self._ssh = SshServer(self._channel, answer["host_keys"], self._exits)
        self._up.set()
        return answer

    async def visit(self, port: int, connection: socket.socket) -> None:
        """Lead a connection to the guest's port, once it is up; without anybody listening there it ends."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._up.wait(), _BOOT_SECONDS)
        if self._hangs:
            with connection:
                await self._ended.wait()
            return
        if port == _SSH_PORT and self._ssh is not None:
            await self._ssh.take(connection)
        elif port == _SSH_PORT:
            connection.close()
        else:
            await self._relay(port, connection)

    async def _relay(self, port: int, connection: socket.socket) -> None:
        try:
            _, descriptors = await self._channel.ask_for_descriptors("connect", port=port)
        except HypervisorError:
            connection.close()
            return
        await ports.relay(connection, socket.socket(fileno=descriptors[0]))

    async def run_script(self, script: Script) -> ScriptResult:
        """Run Command; waits for the guest to be up first."""
        await self._up.wait()
        if self._hangs:
            await self._ended.wait()
            raise GuestGone(_STOPPED)
        try:
            return await run_script(self._channel, self._exits, script)
        except asyncio.CancelledError:
            if self._channel.is_open:
                raise
            raise GuestGone(_STOPPED) from None

    async def up(self) -> None:
        """Returns when it has booted, or ended."""
        await self._up.wait()

    def cut(self, ports: tuple[int, ...]) -> None:
        """Reset its SSH sessions, if their port is among these. What they run hears that they are gone."""
        if _SSH_PORT in ports and self._ssh is not None:
            self._ssh.cut()

    async def hang(self) -> None:
        """From now on nothing in it does anything, until it is turned off."""
        await self.pause()
        self._hangs = True
        if self._ssh is not None:
            self._ssh.hang()

    async def change_host_keys(self, keys: Message) -> None:
        """As if another host answered at this address: sessions go on, and the next ones meet the new keys."""
        answer = await self._channel.ask("replace_host_keys", keys=keys)
        before, self._ssh = self._ssh, SshServer(self._channel, answer["host_keys"], self._exits)
        if before is not None:
            self._ssh.take_over(before)

    async def fill_disk(self, *, full: bool) -> None:
        async with self._mounting:
            await asyncio.to_thread(self._mounts().fill_disk if full else self._mounts().empty_disk)

    async def skew_clock(self, seconds: float) -> None:
        async with self._mounting:
            await asyncio.to_thread(self._mounts().skew_clock, seconds)

    def _mounts(self) -> GuestMounts:
        return GuestMounts(self._host.users, self._process.pid)

    async def pause(self) -> None:
        """Stop all that runs in it, so that its disk holds still."""
        await self._channel.ask("pause")

    async def resume(self) -> None:
        if not self._hangs:
            await self._channel.ask("resume")

    async def end(self, *, graceful: bool) -> None:
        """Returns when nothing of the guest runs any more."""
        self._expected_end = True
        if graceful:
            with suppress(HypervisorError):
                await self._channel.ask("shut_down")
                await wait_for_end(self._process, _SHUT_DOWN_SECONDS)
        self._close()
        if not await wait_for_end(self._process, _CUT_SECONDS):
            self._process.kill()
            await wait_for_end(self._process, _KILLED_SECONDS)

    def _close(self) -> None:
        if self._ssh is not None:
            self._ssh.close()
        self._channel.close()

    def _heard(self, message: Message) -> None:
        if message["event"] != "exit":
            self._on_event(message)
        else:
            self._exits.tell(message["session"], message["code"])

    def _hung_up(self) -> None:
        self._exits.close()
        self._up.set()
        self._ended.set()
        if self._ssh is not None:
            self._ssh.close()
        if not self._expected_end:
            self._on_end(self._last_words())

    def _last_words(self) -> str:
        said = self._log.read_text(errors="replace").strip().splitlines()
        return f"The model guest ended by itself. It said: {said[-1] if said else 'nothing'}"


__all__ = ["Boot", "Disks", "GuestGone", "Host", "ModelLinuxGuest"]
