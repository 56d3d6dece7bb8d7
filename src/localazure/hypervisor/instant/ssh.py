"""sshd of a model guest: its host keys, its authorized_keys as they are now, and its bash behind every channel."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from collections.abc import Sequence
from contextlib import suppress
from io import FileIO

import asyncssh
from asyncssh.packet import Boolean, String, UInt32

from localazure.hypervisor.base import HypervisorError
from localazure.hypervisor.channel import Channel, GuestGone
from localazure.hypervisor.instant import streams
from localazure.hypervisor.instant.exits import Exits
from localazure.hypervisor.ports import reset_when_closed

log = logging.getLogger("localazure.instant.ssh")
_SFTP = "exec /usr/lib/openssh/sftp-server"


class _Server(asyncssh.SSHServer):
    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._keys: list[asyncssh.SSHKey] = []
        self._connection: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn

    async def begin_auth(self, username: str) -> bool:
        with suppress(HypervisorError):
            answer = await self._channel.ask("log_in", user=username)
            self._keys = [key for line in answer["authorized_keys"].splitlines() for key in _public_keys(line)]
            if self._connection is not None:
                self._connection.set_extra_info(account=answer["account"])
        return True

    def public_key_auth_supported(self) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return False

    def kbdint_auth_supported(self) -> bool:
        return False

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:  # noqa: ARG002
        return key in self._keys


def _public_keys(line: str) -> Sequence[asyncssh.SSHKey]:
    words = line.split()
    kind = next((at for at, word in enumerate(words) if word.startswith(("ssh-", "ecdsa-", "sk-"))), None)
    if kind is None or line.startswith("#"):
        return []
    with suppress(asyncssh.KeyImportError):
        return [asyncssh.import_public_key(" ".join(words[kind : kind + 2]))]
    return []


class SshServer:
    """Serves connections that were accepted elsewhere, for as long as the guest runs."""

    def __init__(self, channel: Channel, host_keys: list[str], exits: Exits) -> None:
        self._channel, self._exits = channel, exits
        self._connections: set[asyncssh.SSHServerConnection] = set()
        self._options = asyncssh.SSHServerConnectionOptions(
            server_factory=lambda: _Server(channel),
            server_host_keys=[asyncssh.import_private_key(key) for key in host_keys],
            process_factory=self._serve,
            encoding=None,
            line_editor=False,
            allow_scp=False,
            server_version="LocalazureModelLinuxGuest",
            login_timeout=30,
            gss_host=None,
        )

    async def take(self, connection: socket.socket) -> None:
        try:
            served = await asyncssh.run_server(connection, options=self._options)
        except (OSError, asyncssh.Error) as error:
            log.debug("An SSH client went before the session began: %s", error)
            connection.close()
            return
        self._connections.add(served)
        await served.wait_closed()
        self._connections.discard(served)

    def take_over(self, other: SshServer) -> None:
        """Be responsible for the sessions that another one began."""
        self._connections |= other._connections

    def cut(self) -> None:
        """Reset every connection."""
        for connection in self._connections:
            # None of one that is being closed.
            if (held := connection.get_extra_info("socket")) is not None:
                reset_when_closed(held)
            connection.abort()

    def hang(self) -> None:
        """Hear nobody any more, and say nothing: the connections stay."""
        for connection in self._connections:
            # asyncssh answers keep-alives by itself, which a guest that hangs does not.
            connection.get_extra_info("transport", connection._transport).pause_reading()  # noqa: SLF001

    def close(self) -> None:
        for connection in self._connections:
            connection.abort()

    async def _serve(self, process: asyncssh.SSHServerProcess[bytes]) -> None:
        if process.subsystem not in {None, "sftp"}:
            process.exit(1)
            return
        carried = streams.terminal(*process.term_size[:2]) if process.term_type else streams.pipes()
        try:
            session = await self._begin(process, carried)
        except HypervisorError as error:
            carried.close_host_side()
            process.stderr.write(f"{error}\n".encode())
            process.exit(255)
            return
        finally:
            carried.close_guest_side()
        await self._carry(process, session, carried)

    async def _begin(self, process: asyncssh.SSHServerProcess[bytes], carried: streams.Streams) -> int:
        environment = {k: v for k, v in process.env.items() if k.startswith(("LANG", "LC_"))} | _origin(process)
        if process.term_type:
            environment["TERM"] = process.term_type
        answer = await self._channel.ask(
            "run",
            list(carried.guest),
            account=process.get_extra_info("account"),
            command=_SFTP if process.subsystem else process.command,
            environment=environment,
            terminal=bool(process.term_type),
        )
        session: int = answer["session"]
        return session

    async def _carry(self, process: asyncssh.SSHServerProcess[bytes], session: int, carried: streams.Streams) -> None:
        """Until the program ended and its output is out, or the client hung up."""
        stdin, stdout, stderr = carried.host
        given = asyncio.ensure_future(_carry_in(process, stdin))
        told = asyncio.gather(_carry_out(stdout, process.stdout), _carry_out(stderr, process.stderr))
        exited = self._exits.of(session)
        ended = asyncio.ensure_future(_tell_end(process, exited, told))
        closed = asyncio.ensure_future(process.channel.wait_closed())
        try:
            await asyncio.wait([ended, closed], return_when=asyncio.FIRST_COMPLETED)
            if not exited.done():
                await self._hang_up(session)
        finally:
            for work in (given, told, ended, closed):
                work.cancel()
            await asyncio.gather(given, told, ended, closed, return_exceptions=True)
            carried.close_host_side()
            self._exits.forget(session)

    async def _hang_up(self, session: int) -> None:
        with suppress(GuestGone):
            for name in ("HUP", "TERM"):
                await self._channel.ask("signal", session=session, name=name)


async def _tell_end(
    process: asyncssh.SSHServerProcess[bytes], exited: asyncio.Future[int], told: asyncio.Future[tuple[None, None]]
) -> None:
    """As sshd: first how it ended; the channel closes when no child it left holds the pipes any more."""
    code = await exited
    channel = process.channel
    # asyncssh itself sends these only when it closes the channel.
    request = channel._send_request  # noqa: SLF001
    if code >= 0:
        request(b"exit-status", UInt32(code))
    else:
        name = signal.Signals(-code).name.removeprefix("SIG")
        request(b"exit-signal", String(name), Boolean(False), String(""), String(""))
    await told
    channel.write_eof()
    process.close()


async def _carry_in(process: asyncssh.SSHServerProcess[bytes], file: FileIO) -> None:
    """What the client sends, to its end; what nobody reads any more is lost, as in any pipe."""
    with file, suppress(ConnectionError, asyncssh.Error):
        while True:
            try:
                data = await process.stdin.read(streams.CHUNK)
            except asyncssh.TerminalSizeChanged as size:
                streams.resize(file.fileno(), size.width, size.height)
                continue
            if not data:
                break
            await streams.write(file, data)


async def _carry_out(file: FileIO, writer: asyncssh.SSHWriter[bytes]) -> None:
    with suppress(ConnectionError, asyncssh.Error):
        while data := await streams.read(file):
            writer.write(data)
            await writer.drain()


def _origin(process: asyncssh.SSHServerProcess[bytes]) -> dict[str, str]:
    peer, own = process.get_extra_info("peername"), process.get_extra_info("sockname")
    return {"SSH_CONNECTION": f"{peer[0]} {peer[1]} {own[0]} {own[1]}", "SSH_CLIENT": f"{peer[0]} {peer[1]} {own[1]}"}
