"""Processes: Get-, Stop- and Wait-Process."""

from __future__ import annotations

from collections.abc import Iterator

from localazure.windows.cmdlets.process_objects import process_object
from localazure.windows.cmdlets.session import machine_of
from localazure.windows.cmdlets.wildcards import has_wildcard, matches
from localazure.windows.machine.errors import MachineError
from localazure.windows.machine.processes import ProcessInfo
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.errors import error
from localazure.windows.powershell.values import CaselessDict, PsObject

_EXCEPTION = "Microsoft.PowerShell.Commands.ProcessCommandException"
_STEP_SECONDS = 0.1
_INPUT = Parameter("InputObject", kind=object, pipeline="value")
_BY_NAME = (
    Parameter("Name", position=0, kind="System.String[]", pipeline="property", aliases=("ProcessName",)),
    Parameter("Id", kind=object, pipeline="property", aliases=("PID",)),
    _INPUT,
)


def _found(call: Call, record: CaselessDict) -> Iterator[ProcessInfo]:
    """The processes meant; says for each name or id that none is."""
    everything = machine_of(call.engine).processes.all()
    given = record.get("InputObject")
    if isinstance(given, PsObject):
        wanted = [int(each.get("Id")) for each in [given]]
        yield from (info for info in everything if info.pid in wanted)
    elif record.get("Id") is not None:
        yield from _by_id(call, record["Id"], everything)
    elif record.get("Name") is not None:
        names = record["Name"] if isinstance(record["Name"], list) else [record["Name"]]
        for name in names:
            yield from _by_name(call, str(name), everything)
    else:
        yield from sorted(everything, key=lambda info: info.name.lower())


def _by_id(call: Call, ids: object, everything: list[ProcessInfo]) -> Iterator[ProcessInfo]:
    for each in ids if isinstance(ids, list) else [ids]:
        pid = int(call.engine.convert(each, "System.Int32"))
        found = [info for info in everything if info.pid == pid]
        if not found:
            text = f"Cannot find a process with the process identifier {pid}."
            call.error(_EXCEPTION, text, "NoProcessFoundForGivenId", "ObjectNotFound", pid)
        yield from found


def _by_name(call: Call, pattern: str, everything: list[ProcessInfo]) -> Iterator[ProcessInfo]:
    found = [info for info in everything if matches(info.name.lower().removesuffix(".exe"), pattern)]
    if not found and not has_wildcard(pattern):
        text = f'Cannot find a process with the name "{pattern}". Verify the process name and call the cmdlet again.'
        call.error(_EXCEPTION, text, "NoProcessFoundForGivenName", "ObjectNotFound", pattern)
    yield from found


@command(
    "Get-Process",
    aliases=("gps", "ps"),
    parameters=(
        *_BY_NAME,
        Parameter("ComputerName", kind="System.String[]"),
        Parameter("IncludeUserName", switch=True),
        Parameter("Module", switch=True),
        Parameter("FileVersionInfo", switch=True),
    ),
)
def get_process(call: Call) -> Iterator[object]:
    for record in call.records():
        for info in _found(call, record):
            made = process_object(call.engine, info)
            if call.switch("IncludeUserName"):
                made.properties["UserName"] = info.user.account
            yield made


@command(
    "Stop-Process",
    aliases=("spps", "kill"),
    should_process=True,
    parameters=(
        Parameter("Id", position=0, kind=object, pipeline="property"),
        Parameter("Name", kind="System.String[]", pipeline="property", aliases=("ProcessName",)),
        _INPUT,
        Parameter("Force", switch=True),
        Parameter("PassThru", switch=True),
    ),
)
def stop_process(call: Call) -> Iterator[object]:
    for record in call.records():
        for info in list(_found(call, record)):
            label = f"{info.name.removesuffix('.exe')} ({info.pid})"
            if not call.should_process(label):
                continue
            made = process_object(call.engine, info)
            try:
                machine_of(call.engine).processes.kill(info.pid)
            except MachineError as failure:
                text = f'Cannot stop process "{label}" because of the following error: {failure.text}'
                call.error(_EXCEPTION, text, "CouldNotStopProcess", "CloseError", label)
                continue
            if call.switch("PassThru"):
                yield made


@command(
    "Wait-Process",
    parameters=(*_BY_NAME, Parameter("Timeout", position=1, kind="System.Int32", aliases=("TimeoutSec",))),
)
def wait_process(call: Call) -> None:
    machine, timeout = machine_of(call.engine), call.get("Timeout")
    pids = {info.pid: info for record in call.records() for info in _found(call, record)}
    deadline = None if timeout is None else machine.time.after(float(timeout))
    while still := [info for info in machine.processes.all() if info.pid in pids]:
        if deadline is not None and machine.time.now() >= deadline:
            for info in still:
                name = f"{info.name.removesuffix('.exe')} ({info.pid})"
                text = (
                    f'This command stopped operation because process "{name}" is not stopped in the specified time-out.'
                )
                call.error("System.TimeoutException", text, "ProcessNotTerminated", "CloseError", name)
            return
        if call.engine.host.cancelled.wait(_STEP_SECONDS):
            raise error("System.Management.Automation.PipelineStoppedException", "The pipeline has been stopped.")
