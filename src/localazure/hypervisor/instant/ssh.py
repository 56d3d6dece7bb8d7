"""sshd of a model guest: its host keys, its authorized_keys as they are now, and its bash behind every channel."""

from __future__ import annotations

import asyncio
import logging
import os
import pty
import signal
import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import asyncssh
from asyncssh.packet import Boolean, String, UInt32

from localazure.hypervisor.base import HypervisorError
from localazure.hypervisor.instant.channel import Channel, GuestGone

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

    def __init__(self, channel: Channel, host_keys: list[str]) -> None:
        self._channel = channel
        self._connections: set[asyncssh.SSHServerConnection] = set()
        self._exits: dict[int, asyncio.Future[int]] = {}
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

    def session_ended(self, session: int, code: int) -> None:
        """The guest says so. It may come before the answer that names the session."""
        if not self._exit(session).done():
            self._exit(session).set_result(code)

    def close(self) -> None:
        for connection in self._connections:
            connection.abort()
        for future in self._exits.values():
            future.cancel()

    def _exit(self, session: int) -> asyncio.Future[int]:
        return self._exits.setdefault(session, asyncio.get_running_loop().create_future())

    async def _serve(self, process: asyncssh.SSHServerProcess[bytes]) -> None:
        if process.subsystem not in {None, "sftp"}:
            process.exit(1)
            return
        streams = _terminal() if process.term_type else _pipes()
        try:
            session = await self._begin(process, streams)
        except HypervisorError as error:
            streams.close()
            process.stderr.write(f"{error}\n".encode())
            process.exit(255)
            return
        await self._until_end(process, session)
        # asyncssh closes its pipes in there.
        await process.wait_closed()

    async def _begin(self, process: asyncssh.SSHServerProcess[bytes], streams: _Streams) -> int:
        command = _SFTP if process.subsystem else process.command
        environment = {k: v for k, v in process.env.items() if k.startswith(("LANG", "LC_"))} | _origin(process)
        if process.term_type:
            environment["TERM"] = process.term_type
        terminal = bool(process.term_type)
        answer = await self._channel.ask(
            "run",
            list(streams.guest),
            account=process.get_extra_info("account"),
            command=command,
            environment=environment,
            terminal=terminal,
        )
        streams.close_guest_side()
        # The end of one of the two would end both: asyncssh knows only one end per channel.
        await process.redirect(*streams.host, send_eof=False)
        session: int = answer["session"]
        return session

    async def _until_end(self, process: asyncssh.SSHServerProcess[bytes], session: int) -> None:
        ended = self._exit(session)
        closed: asyncio.Future[None] = asyncio.ensure_future(process.channel.wait_closed())
        try:
            both: set[asyncio.Future[Any]] = {ended, closed}
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if ended.done() and not ended.cancelled():
                await _finish(process, ended.result())
            elif not ended.done():
                await self._hang_up(session)
        finally:
            closed.cancel()
            self._exits.pop(session, None)

    async def _hang_up(self, session: int) -> None:
        with suppress(GuestGone):
            for name in ("HUP", "TERM"):
                await self._channel.ask("signal", session=session, name=name)


@dataclass(frozen=True)
class _Streams:
    """Standard input, output and error: what the guest's program gets, and what belongs to the channel."""

    guest: tuple[int, int, int]
    host: tuple[int, int, int]

    def close_guest_side(self) -> None:
        for number in set(self.guest):
            os.close(number)

    def close(self) -> None:
        for number in {*self.guest, *self.host}:
            os.close(number)


def _pipes() -> _Streams:
    stdin, stdout, stderr = os.pipe(), os.pipe(), os.pipe()
    return _Streams((stdin[0], stdout[1], stderr[1]), (stdin[1], stdout[0], stderr[0]))


def _terminal() -> _Streams:
    ours, theirs = pty.openpty()
    return _Streams((theirs, theirs, theirs), (ours, os.dup(ours), os.open("/dev/null", os.O_RDONLY)))


def _origin(process: asyncssh.SSHServerProcess[bytes]) -> dict[str, str]:
    peer, own = process.get_extra_info("peername"), process.get_extra_info("sockname")
    return {"SSH_CONNECTION": f"{peer[0]} {peer[1]} {own[0]} {own[1]}", "SSH_CLIENT": f"{peer[0]} {peer[1]} {own[1]}"}


async def _finish(process: asyncssh.SSHServerProcess[bytes], code: int) -> None:
    """As sshd: first how it ended; the channel closes when no child it left holds the pipes any more."""
    channel = process.channel
    if code >= 0:
        # asyncssh itself sends this only when it closes the channel.
        channel._send_request(b"exit-status", UInt32(code))  # noqa: SLF001
    else:
        name = signal.Signals(-code).name.removeprefix("SIG")
        channel._send_request(b"exit-signal", String(name), Boolean(False), String(""), String(""))  # noqa: SLF001
    with suppress(ConnectionError, asyncssh.Error):
        await process.stdout.drain()
        await process.stderr.drain()
        channel.write_eof()
    process.close()
