"""The registered scheduled tasks: found, started, stopped, switched off and removed."""

from __future__ import annotations

from collections.abc import Iterator

from localazure.windows.cmdlets.failures import cim_failure, reported
from localazure.windows.cmdlets.scheduled_task_objects import cim, task_object
from localazure.windows.cmdlets.scheduled_task_parts import CIM_SESSION
from localazure.windows.cmdlets.session import machine_of
from localazure.windows.cmdlets.times import local
from localazure.windows.cmdlets.wildcards import has_wildcard, matches
from localazure.windows.machine.errors import MachineError
from localazure.windows.machine.task_definitions import RUNNING_RESULT, Task
from localazure.windows.machine.tasks import Tasks
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.errors import error
from localazure.windows.powershell.values import CaselessDict, PsObject, UInt32

_WHICH = (
    Parameter("TaskName", position=0, kind="System.String[]", pipeline="property"),
    Parameter("TaskPath", position=1, kind="System.String[]", pipeline="property"),
    Parameter("InputObject", pipeline="value"),
    CIM_SESSION,
    Parameter("AsJob", switch=True),
)


def tasks_of(call: Call) -> Tasks:
    return machine_of(call.engine).tasks


def _found(call: Call, record: CaselessDict) -> Iterator[Task]:
    given = record.get("InputObject")
    if isinstance(given, PsObject):
        yield tasks_of(call).require(f"{given.get('TaskPath') or chr(92)}{given.get('TaskName')}")
        return
    names, paths = _texts(record.get("TaskName")), _texts(record.get("TaskPath"))
    everything = [t for t in tasks_of(call).all() if not paths or any(matches(t.path, path) for path in paths)]
    for name in names or ["*"]:
        wanted = name.rpartition("\\")[2] if name.startswith("\\") else name
        found = [task for task in everything if matches(task.name, wanted)]
        if not found and not has_wildcard(name):
            call.write_failure(
                error(
                    "Microsoft.PowerShell.Cmdletization.Cim.CimJobException",
                    f"No MSFT_ScheduledTask objects found with property 'TaskName' equal to '{name}'.  Verify the "
                    "value of the property and retry.",
                    f"CmdletizationQuery_NotFound_TaskName,{call.command.name}",
                    "ObjectNotFound",
                    name,
                )
            )
        yield from found


def _texts(value: object) -> list[str]:
    items = value if isinstance(value, list) else [] if value is None else [value]
    return [str(each) for each in items]


@command("Get-ScheduledTask", parameters=_WHICH)
def get_task(call: Call) -> Iterator[object]:
    for record in call.records():
        yield from (task_object(tasks_of(call), task) for task in _found(call, record))


@command("Get-ScheduledTaskInfo", parameters=_WHICH)
def get_task_info(call: Call) -> Iterator[object]:
    for record in call.records():
        for task in _found(call, record):
            running = tasks_of(call).task_state(task.full_name) == "Running"
            yield cim(
                "MSFT_TaskDynamicInfo",
                {
                    "LastRunTime": local(task.last_run),
                    "LastTaskResult": UInt32(RUNNING_RESULT if running else task.last_result),
                    "NextRunTime": next((local(each.at) for each in task.triggers if each.at), None),
                    "NumberOfMissedRuns": 0,
                    "TaskName": task.name,
                    "TaskPath": task.path,
                },
            )


@command("Start-ScheduledTask", parameters=_WHICH)
def start_task(call: Call) -> None:
    for task in _each(call):
        with reported(call):
            try:
                tasks_of(call).run(task.full_name)
            except MachineError as failure:
                raise cim_failure(failure, "Start-ScheduledTask", task.name) from failure


@command("Stop-ScheduledTask", parameters=_WHICH)
def stop_task(call: Call) -> None:
    """One that does not run is no error, as in Windows."""
    for task in _each(call):
        if tasks_of(call).task_state(task.full_name) == "Running":
            tasks_of(call).stop(task.full_name)


@command("Unregister-ScheduledTask", should_process=True, parameters=_WHICH)
def unregister_task(call: Call) -> None:
    for task in _each(call):
        if call.should_process(task.full_name, "Unregister-ScheduledTask"):
            tasks_of(call).unregister(task.full_name)


@command("Enable-ScheduledTask", parameters=_WHICH)
def enable_task(call: Call) -> Iterator[object]:
    for task in _each(call):
        tasks_of(call).enable(task.full_name, enabled=True)
        yield task_object(tasks_of(call), task)


@command("Disable-ScheduledTask", parameters=_WHICH)
def disable_task(call: Call) -> Iterator[object]:
    for task in _each(call):
        tasks_of(call).enable(task.full_name, enabled=False)
        yield task_object(tasks_of(call), task)


def _each(call: Call) -> list[Task]:
    found: list[Task] = []
    for record in call.records():
        with reported(call):
            found += list(_found(call, record))
    return found
