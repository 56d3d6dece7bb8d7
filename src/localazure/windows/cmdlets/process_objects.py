"""System.Diagnostics.Process over the machine's process list."""

from __future__ import annotations

from collections.abc import Callable

from localazure.windows.cmdlets.session import machine_of
from localazure.windows.cmdlets.times import local
from localazure.windows.machine.errors import MachineError
from localazure.windows.machine.processes import ProcessInfo, RunningProcess
from localazure.windows.powershell.engine_api import EngineApi
from localazure.windows.powershell.errors import error
from localazure.windows.powershell.values import Getter, Long, PsObject

TYPE = "System.Diagnostics.Process"
_WORKING_SET = 20 << 20


def process_object(engine: EngineApi, info: ProcessInfo, running: RunningProcess | None = None) -> PsObject:
    """The process; with ``running`` its exit code can be read and waited for."""
    processes = machine_of(engine).processes
    name = info.name.removesuffix(".exe").removesuffix(".EXE")

    def gone() -> bool:
        if running is not None:
            return running.exit_code is not None
        return all(each.pid != info.pid for each in processes.all())

    properties: dict[str, object] = {
        "Name": name,
        "Id": info.pid,
        "ProcessName": name,
        "HandleCount": 100,
        "Handles": 100,
        "PriorityClass": "Normal",
        "WorkingSet": _WORKING_SET,
        "WorkingSet64": Long(_WORKING_SET),
        "WS": Long(_WORKING_SET),
        "CPU": 0.0,
        "Path": info.path,
        "SessionId": 0,
        "SI": 0,
        "MachineName": ".",
        "MainWindowTitle": "",
        "Responding": True,
        "StartTime": local(info.started),
        "HasExited": Getter(lambda _: gone()),
        "ExitCode": Getter(lambda _: _exit_code(running)),
    }
    methods: dict[str, Callable[..., object]] = {
        "Kill": lambda *_: _kill(engine, info.pid),
        "WaitForExit": lambda *wait: _wait(engine, running, wait),
        "Refresh": lambda: None,
        "Close": lambda: None,
        "Dispose": lambda: None,
        "CloseMainWindow": lambda: False,
    }
    return PsObject.typed(TYPE, properties, methods, text=f"System.Diagnostics.Process ({name})")


def wait_for(engine: EngineApi, running: RunningProcess, seconds: float | None = None) -> bool:
    """Whether it ended within so many of Windows' seconds. Ends early, with the process, when PowerShell is ended."""
    step, waited = 0.05, 0.0
    limit = None if seconds is None else machine_of(engine).time.pace.seconds(seconds)
    while running.wait(step) is None:
        waited += step
        if engine.host.cancelled.is_set():
            return False
        if limit is not None and waited >= limit:
            return False
    return True


def _exit_code(running: RunningProcess | None) -> int | None:
    code = running.exit_code if running else None
    return code - (1 << 32) if code is not None and code >= 1 << 31 else code


def _wait(engine: EngineApi, running: RunningProcess | None, wait: tuple[object, ...]) -> bool | None:
    if running is None:
        return None
    ended = wait_for(engine, running, float(str(wait[0])) / 1000 if wait else None)
    return ended if wait else None


def _kill(engine: EngineApi, pid: int) -> None:
    try:
        machine_of(engine).processes.kill(pid)
    except MachineError as failure:
        raise error("System.ComponentModel.Win32Exception", failure.text) from failure
