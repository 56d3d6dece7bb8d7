"""COM objects for New-Object -ComObject: types named ``COM:<ProgID>``, as the language asks for them."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import datetime
from typing import Any

from localazure.windows.cmdlets.failures import com_failure
from localazure.windows.cmdlets.scheduled_task_objects import STATES, logon_type, seconds
from localazure.windows.cmdlets.session import machine_of, user_of
from localazure.windows.cmdlets.times import local, utc
from localazure.windows.cmdlets.windows_update import (
    UPDATE_COLLECTION,
    auto_update,
    session_object,
    system_information,
    update_collection,
)
from localazure.windows.machine.errors import MachineError
from localazure.windows.machine.task_definitions import (
    RUNNING_RESULT,
    Task,
    TaskAction,
    TaskPrincipal,
    TaskSettings,
    TaskTrigger,
)
from localazure.windows.powershell.engine_api import EngineApi
from localazure.windows.powershell.types import DotnetType, Member
from localazure.windows.powershell.values import Getter, PsObject

_XML = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
_LOGONS = {1: "Password", 2: "S4U", 3: "Interactive", 5: "ServiceAccount", 6: "Password"}
_CREATE_OR_UPDATE = 4
_MALFORMED = 0x8004131A
_TRIGGERS = {"TimeTrigger": "Once", "BootTrigger": "Startup", "LogonTrigger": "Logon", "CalendarTrigger": "Daily"}


def com_types() -> list[DotnetType]:
    made: dict[str, Callable[[EngineApi], object]] = {
        "Schedule.Service": schedule_service,
        "Microsoft.Update.Session": session_object,
        "Microsoft.Update.UpdateColl": lambda _: update_collection(),
        "Microsoft.Update.SystemInfo": system_information,
        "Microsoft.Update.AutoUpdate": auto_update,
    }
    return [UPDATE_COLLECTION, *(_type(name, build) for name, build in made.items())]


def _type(name: str, build: Callable[[EngineApi], object]) -> DotnetType:
    kind = DotnetType(f"COM:{name}")
    kind.add(Member("constructor", "new", build))
    return kind


def schedule_service(engine: EngineApi) -> PsObject:
    """The Task Scheduler's object, as far as scripts that run something elevated use it."""
    return PsObject.typed(
        "System.__ComObject",
        {"Connected": True, "TargetServer": machine_of(engine).name},
        {
            "Connect": lambda *_: None,
            "NewTask": lambda *_: PsObject.typed("System.__ComObject", {"XmlText": ""}),
            "GetFolder": lambda path="\\": _folder(engine, str(path)),
        },
    )


def _folder(engine: EngineApi, path: str) -> PsObject:
    tasks = machine_of(engine).tasks
    base = "\\" if path.strip("\\") == "" else f"\\{path.strip(chr(92))}\\"

    def full(name: object) -> str:
        return base + str(name).lstrip("\\")

    def get(name: object) -> PsObject:
        task = _guarded(lambda: tasks.require(full(name)))
        return _registered(engine, task)

    def register(name: object, definition: object, *rest: object) -> PsObject:
        text = str(definition.get("XmlText")) if isinstance(definition, PsObject) else str(definition)
        return _register(engine, full(name), text, rest)

    methods: dict[str, Callable[..., object]] = {
        "GetTask": get,
        "GetTasks": lambda *_: [_registered(engine, task) for task in tasks.all() if task.path == base],
        "DeleteTask": lambda name, *_: _guarded(lambda: tasks.unregister(full(name))),
        "RegisterTaskDefinition": register,
        "RegisterTask": register,
        "GetFolder": lambda name: _folder(engine, full(name)),
    }
    return PsObject.typed("System.__ComObject", {"Path": base.rstrip("\\") or "\\", "Name": base.strip("\\")}, methods)


def _register(engine: EngineApi, name: str, text: str, rest: tuple[object, ...]) -> PsObject:
    """RegisterTaskDefinition: flags, user, password, logon type, security descriptor."""
    flags, user, password, logon = (*rest, None, None, None, None)[:4]
    task = _guarded(lambda: task_of_xml(name, text))
    if user:
        task.principal.user = str(user)
    elif not task.principal.user:
        task.principal.user = user_of(engine).account
    number = int(str(logon)) if logon is not None else 0
    if number in _LOGONS:
        task.principal.logon_type = logon_type(_LOGONS[number])
    replace = bool(int(str(flags or 6)) & _CREATE_OR_UPDATE)
    given = str(password) if password else None
    kept = _guarded(lambda: machine_of(engine).tasks.register(task, given, replace=replace))
    return _registered(engine, kept)


def _registered(engine: EngineApi, task: Task) -> PsObject:
    tasks, name = machine_of(engine).tasks, task.full_name

    def state(_: PsObject) -> object:
        return _guarded(lambda: STATES[tasks.task_state(name)])

    def result(_: PsObject) -> object:
        running = tasks.task_state(name) == "Running"
        return RUNNING_RESULT if running else tasks.require(name).last_result

    properties: dict[str, object] = {
        "Name": task.name,
        "Path": name,
        "State": Getter(state),
        "Enabled": Getter(lambda _: tasks.require(name).settings.enabled),
        "LastTaskResult": Getter(result),
        "LastRunTime": Getter(lambda _: local(tasks.require(name).last_run)),
    }
    methods: dict[str, Callable[..., object]] = {
        "Run": lambda *_: (_guarded(lambda: tasks.run(name)), None)[1],
        "Stop": lambda *_: _guarded(lambda: tasks.stop(name)),
    }
    return PsObject.typed("System.__ComObject", properties, methods)


def task_of_xml(name: str, text: str) -> Task:
    """A task definition's XML as a task. Raises MachineError (0x8004131A) for what is none."""
    # A document type could make a small text large in memory; task definitions have none.
    if "<!DOCTYPE" in text:
        raise MachineError(_MALFORMED, name, "The task XML is malformed.")
    try:
        root = ET.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text))  # noqa: S314 - no document type, see above
    except ET.ParseError as failure:
        raise MachineError(_MALFORMED, name, "The task XML is malformed.") from failure
    folder, _, leaf = name.rpartition("\\")
    return Task(
        name=leaf,
        path=f"{folder}\\",
        description=_text(root, "RegistrationInfo/Description"),
        principal=TaskPrincipal(
            user=_text(root, "Principals/Principal/UserId"),
            logon_type=_xml_logon(_text(root, "Principals/Principal/LogonType")),
            run_level="Highest" if _text(root, "Principals/Principal/RunLevel") == "HighestAvailable" else "Limited",
        ),
        actions=[
            TaskAction(
                execute=_text(each, "Command"),
                arguments=_text(each, "Arguments"),
                working_directory=_text(each, "WorkingDirectory"),
            )
            for each in root.iterfind(_path("Actions/Exec"))
        ],
        triggers=[_trigger(each) for group in root.iterfind(_path("Triggers")) for each in group],
        settings=_settings(root, name),
    )


def _xml_logon(text: str) -> Any:
    return logon_type({"InteractiveToken": "Interactive"}.get(text, text or "Interactive"))


def _trigger(element: ET.Element) -> TaskTrigger:

    kind = _TRIGGERS.get(element.tag.removeprefix(_XML), "Daily")
    start = _text(element, "StartBoundary")
    at = utc(datetime.fromisoformat(start)) if start else None
    return TaskTrigger.model_validate({"kind": kind, "at": at, "enabled": _text(element, "Enabled") != "false"})


def _settings(root: ET.Element, name: str) -> TaskSettings:
    limit = _text(root, "Settings/ExecutionTimeLimit")
    try:
        longest = seconds(limit) if limit else 259200.0
    except ValueError as failure:
        raise MachineError(
            _MALFORMED, name, "The task XML contains a value which is incorrectly formatted."
        ) from failure
    return TaskSettings(
        enabled=_text(root, "Settings/Enabled") != "false",
        execution_time_limit=longest,
        hidden=_text(root, "Settings/Hidden") == "true",
        start_when_available=_text(root, "Settings/StartWhenAvailable") == "true",
    )


def _text(element: ET.Element, path: str) -> str:
    return (element.findtext(_path(path)) or "").strip()


def _path(path: str) -> str:
    return "/".join(f"{_XML}{part}" for part in path.split("/"))


def _guarded(action: Callable[[], Any]) -> Any:
    try:
        return action()
    except MachineError as failure:
        raise com_failure(failure) from failure
