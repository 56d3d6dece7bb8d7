"""Methods of WMI classes, and deleting and changing instances. Methods return WMI's number; 0 is success."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping

from localazure.windows.cmdlets.session import session_of
from localazure.windows.cmdlets.wmi_classes import WmiInstance
from localazure.windows.machine.errors import MachineError
from localazure.windows.machine.machine import Machine
from localazure.windows.machine.services import StartType
from localazure.windows.powershell.engine_api import EngineApi
from localazure.windows.powershell.values import CaselessDict

Arguments = CaselessDict
Outcome = Mapping[str, object]
NOT_CAPABLE = 0x80041024
INVALID_METHOD = 0x8004102E
_START_MODES = {"automatic": StartType.AUTOMATIC, "auto": StartType.AUTOMATIC, "manual": StartType.MANUAL,
                "disabled": StartType.DISABLED}  # fmt: skip
_SERVICE_CODES = {1056: 10, 1058: 14, 1051: 3, 1062: 5, 1060: 16, 5: 2, 1052: 2}
_RETURN = "ReturnValue"


def invoke(
    engine: EngineApi, class_name: str, method: str, arguments: Arguments, instance: WmiInstance | None
) -> Outcome:
    """Raises MachineError (0x8004102E) for a method that the model does not have."""
    found = _METHODS.get((class_name.lower(), method.lower()))
    if found is None:
        raise MachineError(INVALID_METHOD, method, "Invalid method ")
    machine: Machine = engine.machine
    return found(engine, machine, arguments, instance)


def delete(machine: Machine, instance: WmiInstance) -> None:
    """Raises MachineError: 0x80041024 for what cannot be deleted, or what deleting runs into."""
    kind = instance.class_name.lower()
    if kind == "win32_userprofile":
        if instance.properties.get("Special"):
            raise MachineError(0x80070005, instance.class_name, "Access denied ")
        sid = str(instance.properties["SID"])
        machine.profiles.delete(sid)
        machine.appx.forget_user(sid)
    elif kind == "win32_service":
        machine.services.delete(str(instance.properties["Name"]))
    elif kind == "win32_process":
        machine.processes.kill(int(str(instance.properties["ProcessId"])))
    else:
        raise MachineError(NOT_CAPABLE, instance.class_name, "Provider is not capable of the attempted operation ")


def change(machine: Machine, instance: WmiInstance, properties: Arguments) -> None:
    """Raises MachineError (0x80041024) for a property that cannot be changed."""
    for name, value in properties.items():
        _change(machine, instance, str(name).lower(), value)


def _change(machine: Machine, instance: WmiInstance, name: str, value: object) -> None:
    if instance.class_name.lower() == "win32_useraccount" and name in {"passwordexpires", "disabled", "fullname"}:
        user = machine.users.require(str(instance.properties["Name"]))
        if name == "passwordexpires":
            user.password_never_expires = not value
        elif name == "disabled":
            user.enabled = not value
        else:
            user.full_name = str(value)
        return
    raise MachineError(NOT_CAPABLE, instance.class_name, "Provider is not capable of the attempted operation ")


def _service_method(act: Callable[[Machine, str, Arguments], None]) -> Callable[..., Outcome]:
    def run(_: EngineApi, machine: Machine, arguments: Arguments, instance: WmiInstance | None) -> Outcome:
        try:
            act(machine, str(instance.properties["Name"]) if instance else "", arguments)
        except MachineError as failure:
            return {_RETURN: _SERVICE_CODES.get(failure.code, 8)}
        return {_RETURN: 0}

    return run


def _start_mode(machine: Machine, name: str, arguments: Arguments) -> None:
    mode = _START_MODES.get(str(arguments.get("StartMode")).lower())
    if mode is None:
        raise MachineError(87, name)
    machine.services.set_start_type(name, mode)


def _terminate(_: EngineApi, machine: Machine, arguments: Arguments, instance: WmiInstance | None) -> Outcome:  # noqa: ARG001
    try:
        machine.processes.kill(int(str(instance.properties["ProcessId"])) if instance else -1)
    except MachineError as failure:
        return {_RETURN: 2 if failure.code == 5 else 9}
    return {_RETURN: 0}


def _create(engine: EngineApi, machine: Machine, arguments: Arguments, _: WmiInstance | None) -> Outcome:
    """Win32_Process.Create: a process that does not belong to whoever asked, and outlives it."""
    user, folder = session_of(engine).user, arguments.get("CurrentDirectory")
    line = str(arguments.get("CommandLine") or "")
    cwd = str(folder) if folder else r"C:\Windows\System32"
    try:
        made = machine.processes.start(
            line, user, machine.variables(user), cwd, io.BytesIO(), io.BytesIO(), io.BytesIO()
        )
    except MachineError as failure:
        return {"ProcessId": None, _RETURN: 9 if failure.code in {2, 3} else 8}
    return {"ProcessId": made.pid, _RETURN: 0}


def _owner(_: EngineApi, machine: Machine, arguments: Arguments, instance: WmiInstance | None) -> Outcome:  # noqa: ARG001
    pid = instance.properties["ProcessId"] if instance else None
    found = next((info for info in machine.processes.all() if info.pid == pid), None)
    if found is None:
        return {"User": None, "Domain": None, _RETURN: 9}
    return {"User": found.user.name, "Domain": found.user.domain, _RETURN: 0}


def _power(kind: str) -> Callable[..., Outcome]:
    def run(engine: EngineApi, machine: Machine, arguments: Arguments, _: WmiInstance | None) -> Outcome:
        flags = int(str(arguments.get("Flags") or 0))
        wants_restart = kind == "restart" or (kind == "flags" and flags & 2)
        machine.power.request("restart" if wants_restart else "shutdown", by=session_of(engine).user.account)
        return {_RETURN: 0}

    return run


def _rename(_: EngineApi, machine: Machine, arguments: Arguments, __: WmiInstance | None) -> Outcome:
    machine.identity.rename(str(arguments.get("Name")))
    return {_RETURN: 0}


_METHODS: dict[tuple[str, str], Callable[[EngineApi, Machine, Arguments, WmiInstance | None], Outcome]] = {
    ("win32_service", "startservice"): _service_method(lambda machine, name, _: machine.services.start(name)),
    ("win32_service", "stopservice"): _service_method(lambda machine, name, _: machine.services.stop(name)),
    ("win32_service", "changestartmode"): _service_method(_start_mode),
    ("win32_service", "delete"): _service_method(lambda machine, name, _: machine.services.delete(name)),
    ("win32_process", "terminate"): _terminate,
    ("win32_process", "create"): _create,
    ("win32_process", "getowner"): _owner,
    ("win32_operatingsystem", "reboot"): _power("restart"),
    ("win32_operatingsystem", "shutdown"): _power("shutdown"),
    ("win32_operatingsystem", "win32shutdown"): _power("flags"),
    ("win32_computersystem", "rename"): _rename,
}


def method_names(class_name: str) -> list[str]:
    """In lower case."""
    return [method for name, method in _METHODS if name == class_name.lower()]


PARAMETERS: dict[tuple[str, str], tuple[str, ...]] = {
    ("win32_service", "changestartmode"): ("StartMode",),
    ("win32_process", "create"): ("CommandLine", "CurrentDirectory"),
    ("win32_operatingsystem", "win32shutdown"): ("Flags",),
    ("win32_computersystem", "rename"): ("Name", "Password", "UserName"),
}
"""The order of methods' arguments, for callers that give them by position."""
