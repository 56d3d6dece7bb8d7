"""Register-ScheduledTask: a task of a name, made of its parts."""

from __future__ import annotations

from collections.abc import Iterator

from localazure.windows.cmdlets.failures import cim_failure
from localazure.windows.cmdlets.scheduled_task_objects import (
    read_action,
    read_principal,
    read_settings,
    read_trigger,
    task_object,
)
from localazure.windows.cmdlets.scheduled_task_parts import CIM_SESSION, DEFINITION, is_service
from localazure.windows.cmdlets.session import machine_of, user_of
from localazure.windows.machine.errors import MachineError
from localazure.windows.machine.task_definitions import Task, TaskPrincipal, TaskSettings
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.errors import error
from localazure.windows.powershell.values import PsObject


@command(
    "Register-ScheduledTask",
    parameters=(
        Parameter("TaskName", position=0, kind=str, pipeline="property"),
        Parameter("TaskPath", position=1, kind=str),
        *DEFINITION,
        Parameter("User", kind=str),
        Parameter("Password", kind=str),
        Parameter("RunLevel", kind=str, values=("Limited", "Highest")),
        Parameter("Force", switch=True),
        Parameter("InputObject", pipeline="value"),
        Parameter("Xml", kind=str),
        CIM_SESSION,
    ),
)
def register_task(call: Call) -> Iterator[object]:
    for record in call.records():
        given = record.get("InputObject")
        task = _task(call, given if isinstance(given, PsObject) else _definition(call), str(record.get("TaskName")))
        tasks, password = machine_of(call.engine).tasks, call.get("Password")
        try:
            kept = tasks.register(task, None if password is None else str(password), replace=call.switch("Force"))
        except MachineError as failure:
            raise cim_failure(failure, "Register-ScheduledTask", task.name) from failure
        yield task_object(tasks, kept)


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
        made.logon_type = "ServiceAccount" if is_service(str(user)) else "Interactive"
    if call.get("Password") is not None and not is_service(made.user):
        made.logon_type = "Password"
    if call.get("RunLevel"):
        made.run_level = "Highest" if str(call.get("RunLevel")).lower() == "highest" else "Limited"
    return made


def _folder(path: str) -> str:
    inner = path.strip("\\")
    return f"\\{inner}\\" if inner else "\\"


def _objects(value: object) -> list[PsObject]:
    items = value if isinstance(value, list) else [value]
    return [each for each in items if isinstance(each, PsObject)]
