"""Scheduled tasks as the CIM objects that the ScheduledTasks module gives and takes."""

from __future__ import annotations

import re
from datetime import datetime

from localazure.windows.cmdlets.times import local, utc
from localazure.windows.machine.task_definitions import (
    LogonType,
    Task,
    TaskAction,
    TaskPrincipal,
    TaskSettings,
    TaskTrigger,
)
from localazure.windows.machine.tasks import Tasks
from localazure.windows.powershell.values import EnumValue, Getter, PsObject, TypedArray

_NAMESPACE = "Root/Microsoft/Windows/TaskScheduler"
_ENUMS = "Microsoft.PowerShell.Cmdletization.GeneratedTypes.ScheduledTask"
STATES = {"Disabled": 1, "Queued": 2, "Ready": 3, "Running": 4}
_LOGONS = {"None": 0, "Password": 1, "S4U": 2, "Interactive": 3, "Group": 4, "ServiceAccount": 5}
_TRIGGERS: dict[str, str] = {
    "Once": "MSFT_TaskTimeTrigger",
    "Startup": "MSFT_TaskBootTrigger",
    "Logon": "MSFT_TaskLogonTrigger",
    "Daily": "MSFT_TaskDailyTrigger",
    "Weekly": "MSFT_TaskWeeklyTrigger",
}


def cim(class_name: str, properties: dict[str, object], namespace: str = _NAMESPACE) -> PsObject:
    """A CimInstance of a WMI class."""
    kind = f"Microsoft.Management.Infrastructure.CimInstance#{namespace}/{class_name}"
    made = PsObject.typed(kind, {**properties, "PSComputerName": None}, text=class_name)
    made.type_names.insert(1, "Microsoft.Management.Infrastructure.CimInstance")
    made.properties["CimClass"] = PsObject.typed(
        "Microsoft.Management.Infrastructure.CimClass", {"CimClassName": class_name}, text=f"{namespace}:{class_name}"
    )
    return made


def task_object(tasks: Tasks, task: Task) -> PsObject:
    name = task.full_name

    def state(_: PsObject) -> object:
        found = tasks.task_state(name)
        return EnumValue(f"{_ENUMS}.StateEnum", found, STATES[found])

    return cim(
        "MSFT_ScheduledTask",
        {
            "State": Getter(state),
            "Actions": TypedArray([action_object(each) for each in task.actions]),
            "Author": task.author,
            "Date": f"{local(task.registered):%Y-%m-%dT%H:%M:%S}" if task.registered else None,
            "Description": task.description or None,
            "Documentation": None,
            "Principal": principal_object(task.principal),
            "SecurityDescriptor": None,
            "Settings": settings_object(task.settings),
            "Source": None,
            "TaskName": task.name,
            "TaskPath": task.path,
            "Triggers": TypedArray([trigger_object(each) for each in task.triggers]),
            "URI": name,
            "Version": None,
        },
    )


def action_object(action: TaskAction) -> PsObject:
    properties: dict[str, object] = {
        "Id": None,
        "Arguments": action.arguments or None,
        "Execute": action.execute,
        "WorkingDirectory": action.working_directory or None,
    }
    return cim("MSFT_TaskExecAction", properties)


def read_action(value: PsObject) -> TaskAction:
    return TaskAction(
        execute=str(value.get("Execute") or ""),
        arguments=str(value.get("Arguments") or ""),
        working_directory=str(value.get("WorkingDirectory") or ""),
    )


def principal_object(principal: TaskPrincipal) -> PsObject:
    return cim(
        "MSFT_TaskPrincipal2",
        {
            "DisplayName": None,
            "GroupId": None,
            "Id": "Author",
            "LogonType": EnumValue(f"{_ENUMS}.LogonTypeEnum", principal.logon_type, _LOGONS[principal.logon_type]),
            "RunLevel": EnumValue(f"{_ENUMS}.RunLevelEnum", principal.run_level, int(principal.run_level == "Highest")),
            "UserId": principal.user,
            "ProcessTokenSidType": "Default",
            "RequiredPrivilege": None,
        },
    )


def read_principal(value: PsObject) -> TaskPrincipal:
    return TaskPrincipal(
        user=str(value.get("UserId")),
        logon_type=logon_type(str(value.get("LogonType"))),
        run_level="Highest" if str(value.get("RunLevel")) in {"Highest", "1"} else "Limited",
    )


def logon_type(name: str) -> LogonType:
    known: dict[str, LogonType] = {
        "password": "Password",
        "s4u": "S4U",
        "interactive": "Interactive",
        "serviceaccount": "ServiceAccount",
    }
    return known.get(name.lower(), "None")


def trigger_object(trigger: TaskTrigger) -> PsObject:
    at = f"{local(trigger.at):%Y-%m-%dT%H:%M:%S}" if trigger.at else None
    properties: dict[str, object] = {"Enabled": trigger.enabled, "StartBoundary": at, "EndBoundary": None, "Id": None}
    made = cim(_TRIGGERS[trigger.kind], properties)
    made.base = trigger
    return made


def read_trigger(value: PsObject) -> TaskTrigger:
    """A trigger object; its StartBoundary and Enabled may have been changed by the script."""
    known = value.base if isinstance(value.base, TaskTrigger) else TaskTrigger(kind="Once")
    start = value.get("StartBoundary")
    at = utc(datetime.fromisoformat(str(start))) if start else None
    return known.model_copy(update={"at": at, "enabled": bool(value.get("Enabled", True))})


def settings_object(settings: TaskSettings) -> PsObject:
    return cim(
        "MSFT_TaskSettings3",
        {
            "AllowDemandStart": True,
            "AllowHardTerminate": True,
            "Compatibility": "Win8",
            "DeleteExpiredTaskAfter": None,
            "DisallowStartIfOnBatteries": True,
            "Enabled": settings.enabled,
            "ExecutionTimeLimit": duration(settings.execution_time_limit),
            "Hidden": settings.hidden,
            "MultipleInstances": settings.multiple_instances,
            "Priority": 7,
            "RestartCount": 0,
            "RunOnlyIfIdle": False,
            "RunOnlyIfNetworkAvailable": False,
            "StartWhenAvailable": settings.start_when_available,
            "StopIfGoingOnBatteries": True,
            "WakeToRun": False,
        },
    )


def read_settings(value: PsObject) -> TaskSettings:
    multiple = str(value.get("MultipleInstances"))
    return TaskSettings(
        enabled=bool(value.get("Enabled")),
        execution_time_limit=seconds(str(value.get("ExecutionTimeLimit") or "PT0S")),
        hidden=bool(value.get("Hidden")),
        start_when_available=bool(value.get("StartWhenAvailable")),
        multiple_instances="Parallel" if multiple == "Parallel" else "Queue" if multiple == "Queue" else "IgnoreNew",
    )


def duration(total: float) -> str:
    """ISO 8601, as the scheduler writes it: PT72H."""
    whole = int(total)
    parts = ((whole // 3600, "H"), (whole % 3600 // 60, "M"), (whole % 60, "S"))
    return "PT" + ("".join(f"{number}{unit}" for number, unit in parts if number) or "0S")


def seconds(text: str) -> float:
    """Of an ISO 8601 duration. Raises ValueError."""
    found = re.fullmatch(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", text.strip())
    if not found:
        raise ValueError(text)
    days, hours, minutes, rest = (int(part or 0) for part in found.groups())
    return float(((days * 24 + hours) * 60 + minutes) * 60 + rest)
