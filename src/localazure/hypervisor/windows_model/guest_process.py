"""The host's end of a model Windows guest: one process, from power on to power off."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from localazure.hypervisor.base import LONGEST_OUTPUT, HypervisorError, Script, ScriptResult
from localazure.hypervisor.channel import Channel, GuestGone, Message
from localazure.hypervisor.mishaps import Mishap
from localazure.hypervisor.process_end import wait_for_end

_MODULE = "localazure.windows.guest"
_SHUT_DOWN_SECONDS = 15.0
_CUT_SECONDS = 2.0


class GuestProcess:
    """For use in the event loop only.

    ``on_event`` gets what the guest says unasked. ``on_end`` is called when the process ends although nobody ended it,
    with its last words unless it said that it powers off.
    """

    def __init__(self, log: Path, on_event: Callable[[Message], None], on_end: Callable[[str | None], None]) -> None:
        self._log, self._on_event, self._on_end = log, on_event, on_end
        self._expected_end = self._powers_off = False
        self._scripts: dict[int, asyncio.Future[ScriptResult]] = {}
        self._last_script = 0
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = self._launch(theirs)
        self._channel = Channel(ours, self._heard, self._hung_up)

    @property
    def pid(self) -> int:
        return self._process.pid

    def _launch(self, control: socket.socket) -> subprocess.Popen[bytes]:
        with self._log.open("wb") as log:
            return subprocess.Popen(
                # -I: neither the folder localazure was started in nor the user's settings change what a guest is.
                [sys.executable, "-I", "-X", "utf8", "-m", _MODULE],
                stdin=control.fileno(),
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
            )

    async def boot(self, parameters: Message) -> None:
        """Returns when the machine has begun to boot, or has ended. What it does from then on it says by events."""
        try:
            await self._ask_with("boot", parameters)
        except GuestGone:
            # One that ended before its answer was read is told as any other end is: by who waits for the process.
            if not await wait_for_end(self._process, _CUT_SECONDS):
                raise

    async def connect(self, port: int, connection: socket.socket) -> None:
        """Give a connection to the guest, which resets it when nothing of its own listens there."""
        with connection, suppress(HypervisorError):
            await self._channel.ask("connect", [connection.fileno()], port=port)

    async def flush(self) -> None:
        """Returns when all the guest knows is on its disk."""
        await self._channel.ask("flush")

    async def befall(self, mishap: Mishap) -> None:
        """Raises HypervisorError for what the guest cannot have."""
        await self._channel.ask("befall", kind=type(mishap).__name__, mishap=mishap.model_dump())

    async def run_script(self, script: Script) -> ScriptResult:
        self._last_script += 1
        number = self._last_script
        ended: asyncio.Future[ScriptResult] = asyncio.get_running_loop().create_future()
        self._scripts[number] = ended
        try:
            await self._ask_with("run_script", script.model_dump(), number=number)
            return await ended
        except asyncio.CancelledError:
            with suppress(HypervisorError):
                await self._channel.ask("stop_script", number=number)
            raise
        finally:
            self._scripts.pop(number, None)

    async def end(self, *, graceful: bool) -> None:
        """Returns when the process has ended."""
        self._expected_end = True
        if graceful:
            with suppress(HypervisorError):
                await self._channel.ask("shut_down")
                await wait_for_end(self._process, _SHUT_DOWN_SECONDS)
        self._channel.close()
        if not await wait_for_end(self._process, _CUT_SECONDS):
            self._process.kill()
            await wait_for_end(self._process, _CUT_SECONDS)

    async def _ask_with(self, call: str, document: Any, **arguments: Any) -> None:
        """Ask with a document of any length, which may hold secrets: it is written to memory only."""
        file = _in_memory(json.dumps(document).encode())
        try:
            await self._channel.ask(call, [file], **arguments)
        finally:
            os.close(file)

    def _heard(self, message: Message) -> None:
        if message["event"] == "script_ended":
            self._script_ended(message)
        elif message["event"] == "power_off":
            self._powers_off = True
        else:
            self._on_event(message)

    def _script_ended(self, message: Message) -> None:
        waiting = self._scripts.get(message["number"])
        if waiting is None or waiting.done():
            return
        if "failure" in message:
            waiting.set_exception(HypervisorError(message["failure"]))
        else:
            streams = {name: message[name][-LONGEST_OUTPUT:] for name in ("stdout", "stderr")}
            waiting.set_result(ScriptResult(exit_code=message["exit_code"], **streams))

    def _hung_up(self) -> None:
        for waiting in self._scripts.values():
            if not waiting.done():
                waiting.set_exception(GuestGone("The machine stopped before the script ended"))
        if not self._expected_end:
            self._on_end(None if self._powers_off else self._last_words())

    def _last_words(self) -> str:
        said = self._log.read_text(errors="replace").strip().splitlines()
        return f"The model of Windows ended by itself. It said: {said[-1] if said else 'nothing'}"


def _in_memory(data: bytes) -> int:
    """The descriptor of a file that is on no disk."""
    file = os.memfd_create("document")
    with open(file, "wb", closefd=False) as memory:
        memory.write(data)
    os.lseek(file, 0, os.SEEK_SET)
    return file
