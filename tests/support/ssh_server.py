"""An SSH server in this process that runs what it is asked to for real, as sshd does for one user with sudo."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import asyncssh

from mintage.artifacts import Address

Result = TypeVar("Result")
Argv = Callable[[str], list[str]]
USER = "builder"
_SUDO = '#!/bin/sh\n[ "$1" = -n ] || exit 1\nshift\nexec "$@"\n'


def plain_shell(command: str) -> list[str]:
    return ["/bin/bash", "-c", command]


def write_sudo(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sudo").write_text(_SUDO)
    (folder / "sudo").chmod(0o755)
    return folder


class SshServer:
    """Runs in a thread of its own, on a port of 127.0.0.1 of its own."""

    def __init__(self, folder: Path, *, shell: Argv = plain_shell) -> None:
        self._shell = shell
        self._environment = {**os.environ, "PATH": f"{write_sudo(folder / 'bin')}:{os.environ['PATH']}"}
        self.host_key = asyncssh.generate_private_key("ssh-ed25519")
        user_key = asyncssh.generate_private_key("ssh-ed25519")
        self.private_key = user_key.export_private_key("openssh").decode()
        self._authorized = asyncssh.import_authorized_keys(user_key.export_public_key().decode())
        self._connections: set[asyncssh.SSHServerConnection] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._port = 0

    def start(self) -> None:
        self._thread.start()
        self._call(self._listen())

    def stop(self) -> None:
        self.drop_connections()
        self._call(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def address(self) -> Address:
        key = " ".join(self.host_key.export_public_key().decode().split()[:2])
        return Address(host="127.0.0.1", port=self._port, user=USER, host_key=key)

    def drop_connections(self) -> None:
        async def drop() -> None:
            for connection in list(self._connections):
                connection.abort()

        self._call(drop())

    def forget_user(self) -> None:
        """No key is let in any more, as after waagent's deprovision+user."""
        self._authorized = asyncssh.import_authorized_keys("")

    def _call(self, work: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=10)

    async def _listen(self) -> None:
        self._listener = await asyncssh.create_server(
            lambda: _Host(self),
            "127.0.0.1",
            self._port,
            server_host_keys=[self.host_key],
            process_factory=self._serve,
            encoding=None,
            line_editor=False,
        )
        self._port = self._listener.get_port()

    async def _close(self) -> None:
        self._listener.close()
        await self._listener.wait_closed()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        if others:
            await asyncio.wait(others, timeout=5)

    async def _serve(self, process: asyncssh.SSHServerProcess[bytes]) -> None:
        child = await asyncio.create_subprocess_exec(
            *self._shell(process.command or ""),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=self._environment,
        )
        assert child.stdin
        assert child.stdout
        assert child.stderr
        streams = asyncio.gather(
            _pump(child.stdout, process.stdout), _pump(child.stderr, process.stderr), return_exceptions=True
        )
        feeding = asyncio.create_task(_feed(process, child.stdin))
        # Python 3.11's wait() waits for the pipes too, which a daemon may hold for long.
        while (code := child.returncode) is None:  # noqa: ASYNC110 - nothing tells of it alone
            await asyncio.sleep(0.01)
        feeding.cancel()
        await asyncio.wait([streams], timeout=3)
        if not process.channel.is_closing():
            process.exit(code if code >= 0 else 128 - code)


class _Host(asyncssh.SSHServer):
    def __init__(self, server: SshServer) -> None:
        self._server = server

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        self._server._connections.add(conn)

    def connection_lost(self, exc: Exception | None) -> None:
        self._server._connections.discard(self._connection)

    def begin_auth(self, username: str) -> bool:
        authorized = self._server._authorized if username == USER else asyncssh.import_authorized_keys("")
        self._connection.set_authorized_keys(authorized)
        return True


async def _feed(process: asyncssh.SSHServerProcess[bytes], stdin: asyncio.StreamWriter) -> None:
    """Input goes on until the client ends it or is gone; then the child sees its end, as from sshd."""
    try:
        while data := await process.stdin.read(65536):
            stdin.write(data)
            await stdin.drain()
    except (asyncssh.Error, OSError):
        pass
    finally:
        stdin.close()


async def _pump(source: asyncio.StreamReader, sink: asyncssh.SSHWriter[bytes]) -> None:
    while data := await source.read(65536):
        sink.write(data)
        await sink.drain()
