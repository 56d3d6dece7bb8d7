"""Start-Process: a program with streams of its own, waited for or not."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, BinaryIO, cast

from localazure.windows.cmdlets.credentials import user_and_password
from localazure.windows.cmdlets.process_objects import process_object, wait_for
from localazure.windows.cmdlets.providers.locations import locate
from localazure.windows.cmdlets.session import machine_of, session_of
from localazure.windows.machine.errors import MachineError
from localazure.windows.machine.processes import RunningProcess
from localazure.windows.machine.tokens import Token
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.engine_api import EngineApi
from localazure.windows.powershell.errors import PsError, error

_SCRIPTS = (".cmd", ".bat")


class ConsoleSink(io.RawIOBase):
    """What a program that shares PowerShell's console writes there."""

    def __init__(self, engine: EngineApi) -> None:
        self._engine = engine

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        self._engine.host.write(bytes(data).decode("utf-8", "replace"))
        return len(data)


@command(
    "Start-Process",
    aliases=("saps", "start"),
    parameters=(
        Parameter("FilePath", position=0, kind=str, mandatory=True, aliases=("PSPath",)),
        Parameter("ArgumentList", position=1, kind="System.String[]", aliases=("Args",)),
        Parameter("Credential", aliases=("RunAs",)),
        Parameter("WorkingDirectory", kind=str),
        Parameter("LoadUserProfile", switch=True, aliases=("Lup",)),
        Parameter("NoNewWindow", switch=True, aliases=("nnw",)),
        Parameter("PassThru", switch=True),
        Parameter("RedirectStandardError", kind=str, aliases=("RSE",)),
        Parameter("RedirectStandardInput", kind=str, aliases=("RSI",)),
        Parameter("RedirectStandardOutput", kind=str, aliases=("RSO",)),
        Parameter("UseNewEnvironment", switch=True),
        Parameter("Verb", kind=str),
        Parameter("Wait", switch=True),
        Parameter("WindowStyle", kind=str, values=("Normal", "Hidden", "Minimized", "Maximized")),
    ),
)
def start_process(call: Call) -> Iterator[object]:
    streams = _streams(call)
    try:
        running = _started(call, streams)
    except MachineError as failure:
        _close(streams)
        raise _refused(failure) from failure
    if call.switch("Wait"):
        wait_for(call.engine, running)
        _close(streams)
    elif any(call.get(name) for name in ("RedirectStandardOutput", "RedirectStandardError")):
        _close_at_end(running, streams)
    if call.switch("PassThru"):
        yield process_object(call.engine, running.info, running)


def _started(call: Call, streams: list[BinaryIO]) -> RunningProcess:
    engine, machine, session = call.engine, machine_of(call.engine), session_of(call.engine)
    user, environment = session.user, dict(engine.host.environment)
    credential = call.get("Credential")
    if credential is not None:
        user = _log_on(call, credential)
        environment = machine.variables(user)
    elif call.switch("UseNewEnvironment"):
        environment = machine.variables(user)
    folder = call.get("WorkingDirectory")
    cwd = locate(engine, str(folder)).path if folder else session.folder
    return machine.processes.start(_command_line(call), user, environment, cwd, *streams, parent=session.pid)


def _log_on(call: Call, credential: object) -> Token:
    name, password = user_and_password(call.engine, credential)
    return machine_of(call.engine).users.log_on(name, password, "interactive")


def _command_line(call: Call) -> str:
    program = str(call.get("FilePath"))
    found = call.engine.host.resolve_application(program) or program
    # The arguments are joined as they stand: what has a space in it must come with its quotes.
    arguments = " ".join(str(each) for each in call.get("ArgumentList") or [])
    quoted = f'"{found}"' if " " in found and not found.startswith('"') else found
    if found.lower().endswith(_SCRIPTS):
        return f'C:\\Windows\\System32\\cmd.exe /c "{quoted} {arguments}"'.rstrip()
    return f"{quoted} {arguments}".rstrip()


def _streams(call: Call) -> list[BinaryIO]:
    shared = call.switch("NoNewWindow")
    return [_stream(call, name, shared=shared) for name in ("Input", "Output", "Error")]


def _stream(call: Call, name: str, *, shared: bool) -> BinaryIO:
    path = call.get(f"RedirectStandard{name}")
    if path is not None:
        files = machine_of(call.engine).files
        try:
            opened = files.open(locate(call.engine, str(path)).path, "r" if name == "Input" else "w", "read")
        except MachineError as failure:
            raise _refused(failure) from failure
        return cast(BinaryIO, opened)
    if name != "Input" and shared:
        return cast(BinaryIO, ConsoleSink(call.engine))
    return io.BytesIO()


def _close(streams: list[BinaryIO]) -> None:
    for stream in streams:
        if not isinstance(stream, ConsoleSink):
            with suppress(OSError):
                stream.close()


def _close_at_end(running: RunningProcess, streams: list[BinaryIO]) -> None:
    def close() -> None:
        running.wait()
        _close(streams)

    threading.Thread(target=close, daemon=True).start()


def _refused(failure: MachineError) -> PsError:
    text = f"This command cannot be run due to the error: {failure.text}"
    return error("System.InvalidOperationException", text, "InvalidOperationException", "InvalidOperation")
