"""Run Command in a model Linux guest: the script as a file of root's, run by /bin/sh, as Azure's extension does."""

from __future__ import annotations

import asyncio
import shlex
from contextlib import suppress
from io import FileIO

from localazure.hypervisor.base import LONGEST_OUTPUT, HypervisorError, Script, ScriptResult
from localazure.hypervisor.channel import Channel
from localazure.hypervisor.instant import streams
from localazure.hypervisor.instant.exits import Exits

_FOLDER = "/var/lib/waagent/run-command/download/0"
_LAST_WORDS_SECONDS = 0.2
_ROOT = {"name": "root", "uid": 0, "gid": 0, "groups": [0], "home": "/root", "shell": "/bin/bash"}


async def run_script(channel: Channel, exits: Exits, script: Script) -> ScriptResult:
    """Parameters are environment variables by name, and arguments by position."""
    carried = streams.pipes()
    try:
        # sh runs a file without a first line that names its interpreter, as it does on Azure.
        started = await channel.ask(
            "run",
            list(carried.guest),
            account=_ROOT,
            command=_command([value for _, value in script.parameters]),
            environment=dict(script.parameters),
            terminal=False,
        )
    except HypervisorError:
        carried.close_host_side()
        raise
    finally:
        carried.close_guest_side()
    try:
        return await _outcome(channel, exits, started["session"], carried, script.text)
    finally:
        carried.close_host_side()


def _command(arguments: list[str]) -> str:
    file = f"{_FOLDER}/script.sh"
    call = shlex.join(["/bin/sh", "-c", f'{file} "$@"', "sh", *arguments])
    steps = ["umask 077", f"mkdir -p {_FOLDER}", f"cat > {file}", f"chmod 700 {file}", f"cd {_FOLDER}"]
    return f"{' && '.join(steps)} && {call} < /dev/null; code=$?; rm -f {file}; exit $code"


async def _outcome(channel: Channel, exits: Exits, session: int, carried: streams.Streams, text: str) -> ScriptResult:
    stdin, stdout, stderr = carried.host
    out, err = bytearray(), bytearray()
    told = asyncio.gather(_write(stdin, text.encode()), _keep_tail(stdout, out), _keep_tail(stderr, err))
    try:
        code = await exits.of(session)
        # What a process left behind writes later is not waited for.
        await asyncio.wait([told], timeout=_LAST_WORDS_SECONDS)
    except asyncio.CancelledError:
        with suppress(HypervisorError):
            await channel.ask("signal", session=session, name="KILL")
        raise
    finally:
        told.cancel()
        await asyncio.wait([told])
        exits.forget(session)
    return ScriptResult(exit_code=code, stdout=out.decode(errors="replace"), stderr=err.decode(errors="replace"))


async def _write(file: FileIO, data: bytes) -> None:
    with file, suppress(ConnectionError):
        await streams.write(file, data)


async def _keep_tail(file: FileIO, kept: bytearray) -> None:
    while data := await streams.read(file):
        kept += data
        del kept[:-LONGEST_OUTPUT]
