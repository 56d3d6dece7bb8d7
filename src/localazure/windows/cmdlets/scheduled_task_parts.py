"""What a scheduled task is made of: actions, triggers, principals and settings, and a task that is not registered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from localazure.windows.cmdlets.scheduled_task_objects import (
    action_object,
    cim,
    duration,
    logon_type,
    principal_object,
    settings_object,
    trigger_object,
)
from localazure.windows.cmdlets.times import utc
from localazure.windows.machine.task_definitions import TaskAction, TaskPrincipal, TaskSettings, TaskTrigger
from localazure.windows.powershell.commands import Call, Parameter, command

_SERVICE_ACCOUNTS = {"system", "s-1-5-18", "localsystem", "local service", "network service", "localservice",
                     "networkservice"}  # fmt: skip
CIM_SESSION = Parameter("CimSession")


@command(
    "New-ScheduledTaskAction",
    parameters=(
        Parameter("Execute", position=0, kind=str, mandatory=True),
        Parameter("Argument", position=1, kind=str),
        Parameter("WorkingDirectory", position=2, kind=str),
        Parameter("Id", kind=str),
        CIM_SESSION,
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
        CIM_SESSION,
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
        CIM_SESSION,
    ),
)
def new_principal(call: Call) -> Iterator[object]:
    user = str(call.get("UserId") or call.get("GroupId"))
    usual = "ServiceAccount" if is_service(user) else "Interactive"
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
        CIM_SESSION,
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


DEFINITION = (
    Parameter("Action", kind=object),
    Parameter("Trigger", kind=object),
    Parameter("Settings"),
    Parameter("Principal"),
    Parameter("Description", kind=str),
)


@command("New-ScheduledTask", parameters=(*DEFINITION, CIM_SESSION))
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


def is_service(user: str) -> bool:
    return user.rpartition("\\")[2].lower() in _SERVICE_ACCOUNTS
