"""The module ScheduledTasks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from localazure.windows.cmdlets.failures import cim_failure, reported
from localazure.windows.cmdlets.scheduled_task_objects import (
    action_object,
    cim,
    duration,
    logon_type,
    principal_object,
    read_action,
    read_principal,
    read_settings,
    read_trigger,
    settings_object,
    task_object,
    trigger_object,
)
from localazure.windows.cmdlets.session import machine_of, user_of
from localazure.windows.cmdlets.times import local, utc
from localazure.windows.cmdlets.wildcards import has_wildcard, matches
from localazure.windows.machine.errors import MachineError
from localazure.windows.machine.task_definitions import (
    RUNNING_RESULT,
    Task,
    TaskAction,
    TaskPrincipal,
    TaskSettings,
    TaskTrigger,
)
from localazure.windows.machine.tasks import Tasks
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.errors import error
from localazure.windows.powershell.values import CaselessDict, PsObject, UInt32

_SERVICE_ACCOUNTS = {"system", "s-1-5-18", "localsystem", "local service", "network service", "localservice",
                     "networkservice"}  # fmt: skip
_CIM_SESSION = Parameter("CimSession")
_NAME = Parameter("TaskName", position=0, kind="System.String[]", pipeline="property")
_PATH = Parameter("TaskPath", position=1, kind="System.String[]", pipeline="property")
_INPUT = Parameter("InputObject", pipeline="value")


def tasks_of(call: Call) -> Tasks:
    return machine_of(call.engine).tasks


@command(
    "New-ScheduledTaskAction",
    parameters=(
        Parameter("Execute", position=0, kind=str, mandatory=True),
        Parameter("Argument", position=1, kind=str),
        Parameter("WorkingDirectory", position=2, kind=str),
        Parameter("Id", kind=str),
        _CIM_SESSION,
    ),
)
def new_action(call: Call) -> Iterator[object]:
    yield action_object(
        TaskAction(
            execute=str(call.get("Execute")),
            arguments=str(call.get("Argument") or ""),
            working_directory=str(call.get("WorkingDirectory") or ""),
        )
    )


@command(
    "New-ScheduledTaskTrigger",
    parameters=(
        *(Parameter(name, switch=True) for name in ("Once", "Daily", "Weekly", "AtStartup", "AtLogOn")),
        Parameter("At", kind="System.DateTime"),
        Parameter("RandomDelay"),
        Parameter("RepetitionInterval"),
        Parameter("RepetitionDuration"),
        Parameter("DaysInterval"),
        Parameter("DaysOfWeek"),
        Parameter("WeeksInterval"),
        Parameter("User", kind=str),
        _CIM_SESSION,
    ),
)
def new_trigger(call: Call) -> Iterator[object]:
    at = call.get("At")
    moment = None if at is None else utc(at)
    if call.switch("AtStartup"):
        yield trigger_object(TaskTrigger(kind="Startup"))
    elif call.switch("AtLogOn"):
        yield trigger_object(TaskTrigger(kind="Logon"))
    elif call.switch("Daily"):
        yield trigger_object(TaskTrigger(kind="Daily", at=moment))
    elif call.switch("Weekly"):
        yield trigger_object(TaskTrigger(kind="Weekly", at=moment))
    else:
        yield trigger_object(TaskTrigger(kind="Once", at=moment))


@command(
    "New-ScheduledTaskPrincipal",
    parameters=(
        Parameter("UserId", position=0, kind=str),
        Parameter("LogonType", position=1, kind=str),
        Parameter("RunLevel", position=2, kind=str, values=("Limited", "Highest")),
        Parameter("GroupId", kind=str),
        Parameter("Id", kind=str),
        _CIM_SESSION,
    ),
)
def new_principal(call: Call) -> Iterator[object]:
    user = str(call.get("UserId") or call.get("GroupId"))
    usual = "ServiceAccount" if _is_service(user) else "Interactive"
    yield principal_object(
        TaskPrincipal(
            user=user,
            logon_type=logon_type(str(call.get("LogonType") or usual)),
            run_level="Highest" if str(call.get("RunLevel")).lower() == "highest" else "Limited",
        )
    )


_SWITCHES = (
    "AllowStartIfOnBatteries", "Disable", "DisallowDemandStart", "DisallowHardTerminate",
    "DisallowStartOnRemoteAppSession", "DontStopIfGoingOnBatteries", "DontStopOnIdleEnd", "Hidden",
    "MaintenanceExclusive", "RestartOnIdle", "RunOnlyIfIdle",
    "RunOnlyIfNetworkAvailable", "StartWhenAvailable", "WakeToRun",
)  # fmt: skip


@command(
    "New-ScheduledTaskSettingsSet",
    parameters=(
        *(Parameter(name, switch=True) for name in _SWITCHES),
        Parameter("ExecutionTimeLimit", kind="System.TimeSpan"),
        Parameter("MultipleInstances", kind=str, values=("Parallel", "Queue", "IgnoreNew")),
        *(Parameter(name) for name in ("Compatibility", "DeleteExpiredTaskAfter", "IdleDuration",
                                       "IdleWaitTimeout", "MaintenanceDeadline", "MaintenancePeriod",
                                       "NetworkId", "NetworkName", "Priority", "RestartCount", "RestartInterval")),
        _CIM_SESSION,
    ),
)  # fmt: skip
def new_settings(call: Call) -> Iterator[object]:
    limit = call.get("ExecutionTimeLimit")
    made = settings_object(
        TaskSettings(
            enabled=not call.switch("Disable"),
            hidden=call.switch("Hidden"),
            start_when_available=call.switch("StartWhenAvailable"),
        )
    )
    if isinstance(limit, timedelta):
        made.properties["ExecutionTimeLimit"] = duration(limit.total_seconds())
    if call.get("MultipleInstances"):
        made.properties["MultipleInstances"] = str(call.get("MultipleInstances"))
    made.properties["DisallowStartIfOnBatteries"] = not call.switch("AllowStartIfOnBatteries")
    made.properties["StopIfGoingOnBatteries"] = not call.switch("DontStopIfGoingOnBatteries")
    yield made


_DEFINITION = (
    Parameter("Action", kind=object),
    Parameter("Trigger", kind=object),
    Parameter("Settings"),
    Parameter("Principal"),
    Parameter("Description", kind=str),
)


@command("New-ScheduledTask", parameters=(*_DEFINITION, _CIM_SESSION))
def new_task(call: Call) -> Iterator[object]:
    yield cim(
        "MSFT_ScheduledTask",
        {
            "Actions": call.get("Action"),
            "Description": call.get("Description"),
            "Principal": call.get("Principal"),
            "Settings": call.get("Settings"),
            "Triggers": call.get("Trigger"),
            "TaskName": None,
            "TaskPath": None,
        },
    )


@command(
    "Register-ScheduledTask",
    parameters=(
        Parameter("TaskName", position=0, kind=str, pipeline="property"),
        Parameter("TaskPath", position=1, kind=str),
        *_DEFINITION,
        Parameter("User", kind=str),
        Parameter("Password", kind=str),
        Parameter("RunLevel", kind=str, values=("Limited", "Highest")),
        Parameter("Force", switch=True),
        Parameter("InputObject", pipeline="value"),
        Parameter("Xml", kind=str),
        _CIM_SESSION,
    ),
)
def register_task(call: Call) -> Iterator[object]:
    for record in call.records():
        given = record.get("InputObject")
        task = _task(call, given if isinstance(given, PsObject) else _definition(call), str(record.get("TaskName")))
        password = call.get("Password")
        try:
            kept = tasks_of(call).register(
                task, None if password is None else str(password), replace=call.switch("Force")
            )
        except MachineError as failure:
            raise cim_failure(failure, "Register-ScheduledTask", task.name) from failure
        yield task_object(tasks_of(call), kept)


def _definition(call: Call) -> PsObject:
    if call.get("Xml"):
        raise error(
            "System.Management.Automation.PSNotSupportedException",
            "The model's Register-ScheduledTask takes no -Xml; give the definition to Schedule.Service instead.",
            "NotSupported",
            "NotImplemented",
        )
    fields = {"Actions": "Action", "Triggers": "Trigger"}
    names = ("Actions", "Triggers", "Settings", "Principal", "Description")
    return PsObject.custom({name: call.get(fields.get(name, name)) for name in names})


def _task(call: Call, definition: PsObject, name: str) -> Task:
    folder = str(call.get("TaskPath") or "\\")
    settings = definition.get("Settings")
    return Task(
        name=name.rpartition("\\")[2],
        path=_folder(name.rpartition("\\")[0] or folder),
        description=str(definition.get("Description") or call.get("Description") or ""),
        author=user_of(call.engine).account,
        principal=_principal(call, definition.get("Principal")),
        actions=[read_action(each) for each in _objects(definition.get("Actions"))],
        triggers=[read_trigger(each) for each in _objects(definition.get("Triggers"))],
        settings=read_settings(settings) if isinstance(settings, PsObject) else TaskSettings(),
    )


def _principal(call: Call, given: object) -> TaskPrincipal:
    made = read_principal(given) if isinstance(given, PsObject) else TaskPrincipal(user=user_of(call.engine).account)
    user = call.get("User")
    if user:
        made.user = str(user)
        made.logon_type = "ServiceAccount" if _is_service(str(user)) else "Interactive"
    if call.get("Password") is not None and not _is_service(made.user):
        made.logon_type = "Password"
    if call.get("RunLevel"):
        made.run_level = "Highest" if str(call.get("RunLevel")).lower() == "highest" else "Limited"
    return made


def _is_service(user: str) -> bool:
    return user.rpartition("\\")[2].lower() in _SERVICE_ACCOUNTS


def _folder(path: str) -> str:
    inner = path.strip("\\")
    return f"\\{inner}\\" if inner else "\\"


def _objects(value: object) -> list[PsObject]:
    items = value if isinstance(value, list) else [value]
    return [each for each in items if isinstance(each, PsObject)]


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


_WHICH = (_NAME, _PATH, _INPUT, _CIM_SESSION, Parameter("AsJob", switch=True))


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
