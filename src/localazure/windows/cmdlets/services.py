"""Services: Get-, Start-, Stop-, Restart-, Set-, New- and Remove-Service, Suspend and Resume."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from localazure.windows.cmdlets.failures import reported
from localazure.windows.cmdlets.session import machine_of
from localazure.windows.cmdlets.wildcards import has_wildcard, matches
from localazure.windows.machine.errors import MachineError
from localazure.windows.machine.services import Service, StartType, Status
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.engine_api import EngineApi
from localazure.windows.powershell.errors import PsError, PsException, error
from localazure.windows.powershell.values import CaselessDict, EnumValue, Getter, PsObject, TypedArray

TYPE = "System.ServiceProcess.ServiceController"
_COMMAND_EXCEPTION = "Microsoft.PowerShell.Commands.ServiceCommandException"
_STATUS_NUMBERS = {
    Status.STOPPED: 1,
    Status.START_PENDING: 2,
    Status.STOP_PENDING: 3,
    Status.RUNNING: 4,
    Status.PAUSED: 7,
}
_START_NUMBERS = {
    StartType.BOOT: 0, StartType.SYSTEM: 1, StartType.AUTOMATIC: 2, StartType.MANUAL: 3, StartType.DISABLED: 4,
}  # fmt: skip
_NAME = Parameter("Name", position=0, kind=object, pipeline="both", aliases=("ServiceName",))
_WHICH = (
    _NAME,
    Parameter("DisplayName", kind="System.String[]"),
    Parameter("InputObject", kind=object),
    Parameter("Include", kind="System.String[]"),
    Parameter("Exclude", kind="System.String[]"),
    Parameter("PassThru", switch=True),
    Parameter("Force", switch=True),
    Parameter("NoWait", switch=True),
)


def service_object(engine: EngineApi, name: str) -> PsObject:
    """A ServiceController: what changes is read when it is asked for, as after Refresh()."""
    services = machine_of(engine).services
    service = services.require(name)
    own = service.name

    def now() -> Service:
        return services.require(own)

    def others(names: list[str]) -> TypedArray:
        return TypedArray([service_object(engine, each) for each in names if services.find(each)], TYPE)

    properties: dict[str, object] = {
        "Name": own,
        "RequiredServices": Getter(lambda _: others(list(now().depends_on))),
        "CanPauseAndContinue": False,
        "CanShutdown": Getter(lambda _: now().can_stop),
        "CanStop": Getter(lambda _: now().can_stop),
        "DisplayName": service.display_name,
        "DependentServices": Getter(lambda _: others([each.name for each in services.dependents(own)])),
        "MachineName": ".",
        "ServiceName": own,
        "ServicesDependedOn": Getter(lambda _: others(list(now().depends_on))),
        "Status": Getter(lambda _: status_value(now().status)),
        "ServiceType": EnumValue("System.ServiceProcess.ServiceType", "Win32ShareProcess", 32),
        "StartType": Getter(lambda _: start_value(now().start_type)),
        "ServiceHandle": None,
        "Site": None,
        "Container": None,
    }
    methods = {
        "Start": lambda *_: _controlled(lambda: services.start(own)),
        "Stop": lambda *_: _controlled(lambda: services.stop(own)),
        "Refresh": lambda: None,
        "Close": lambda: None,
        "Dispose": lambda: None,
        "WaitForStatus": lambda *_: None,
    }
    return PsObject.typed(TYPE, properties, methods, text=own)


def status_value(status: Status) -> EnumValue:
    return EnumValue("System.ServiceProcess.ServiceControllerStatus", status.value, _STATUS_NUMBERS[status])


def start_value(start: StartType) -> EnumValue:
    return EnumValue("System.ServiceProcess.ServiceStartMode", start.value, _START_NUMBERS[start])


def _controlled(action: Callable[[], None]) -> None:
    try:
        action()
    except MachineError as failure:
        text = f"Cannot control {failure.subject} service on computer '.'."
        raise error("System.InvalidOperationException", text, inner=_inner(failure)) from failure


def _inner(failure: MachineError) -> PsException:
    return PsException("System.ComponentModel.Win32Exception", failure.text)


def _found(call: Call, record: CaselessDict) -> Iterator[Service]:
    services = machine_of(call.engine).services
    wanted, by_display = record.get("Name"), record.get("DisplayName")
    if wanted is None:
        wanted = record.get("InputObject")
    everything = [each for each in services.all() if not each.is_driver]
    if wanted is None and by_display is None:
        yield from _kept(call, everything)
        return
    chosen = by_display if by_display is not None else wanted
    for each in chosen if isinstance(chosen, list) else [chosen]:
        pattern = call.engine.to_text(each)
        found = [s for s in everything if matches(s.display_name if by_display else s.name, pattern)]
        if not found and not by_display:
            found = [
                s
                for s in everything
                if s.display_name.lower() == pattern.lower() and call.command.name != "Get-Service"
            ]
        if not found and not has_wildcard(pattern):
            call.write_failure(_missing(pattern, "display" if by_display else "service"))
        yield from _kept(call, found)


def _kept(call: Call, found: list[Service]) -> list[Service]:
    included, excluded = call.get("Include"), call.get("Exclude")
    kept = [s for s in found if not included or any(matches(s.name, str(p)) for p in included)]
    return [s for s in kept if not (excluded and any(matches(s.name, str(p)) for p in excluded))]


def _missing(name: str, what: str) -> PsError:
    return error(
        _COMMAND_EXCEPTION,
        f"Cannot find any service with {what} name '{name}'.",
        "NoServiceFoundForGivenDisplayName" if what == "display" else "NoServiceFoundForGivenName",
        "ObjectNotFound",
        name,
    )


@command(
    "Get-Service",
    aliases=("gsv",),
    parameters=(
        *_WHICH[:5],
        Parameter("ComputerName", kind="System.String[]"),
        Parameter("DependentServices", switch=True, aliases=("DS",)),
        Parameter("RequiredServices", switch=True, aliases=("SDO", "ServicesDependedOn")),
    ),
)
def get_service(call: Call) -> Iterator[object]:
    services = machine_of(call.engine).services
    for record in call.records():
        for service in _found(call, record):
            if call.switch("DependentServices"):
                names = [each.name for each in services.dependents(service.name)]
            elif call.switch("RequiredServices"):
                names = list(service.depends_on)
            else:
                names = [service.name]
            yield from (service_object(call.engine, name) for name in names if services.find(name))


@command("Start-Service", aliases=("sasv",), should_process=True, parameters=_WHICH)
def start_service(call: Call) -> Iterator[object]:
    yield from _control(call, "started", _start)


@command("Stop-Service", aliases=("spsv",), should_process=True, parameters=_WHICH)
def stop_service(call: Call) -> Iterator[object]:
    yield from _control(call, "stopped", _stop)


@command("Restart-Service", should_process=True, parameters=_WHICH)
def restart_service(call: Call) -> Iterator[object]:
    yield from _control(call, "stopped", _restart)


def _control(call: Call, verb: str, act: Callable[[Call, Service], None]) -> Iterator[object]:
    for record in call.records():
        for service in _found(call, record):
            if not call.should_process(f"{service.display_name} ({service.name})"):
                continue
            try:
                act(call, service)
            except MachineError as failure:
                call.write_failure(_not_done(service, verb, failure))
                continue
            if call.switch("PassThru"):
                yield service_object(call.engine, service.name)


def _start(call: Call, service: Service) -> None:
    if service.status is Status.STOPPED:
        machine_of(call.engine).services.start(service.name)


def _stop(call: Call, service: Service) -> None:
    if service.status is not Status.STOPPED:
        machine_of(call.engine).services.stop(service.name, force=call.switch("Force"))


def _restart(call: Call, service: Service) -> None:
    services = machine_of(call.engine).services
    running = [each.name for each in services.dependents(service.name) if each.status is Status.RUNNING]
    _stop(call, service)
    services.start(service.name)
    for name in running:
        services.start(name)


def _not_done(service: Service, verb: str, failure: MachineError) -> PsError:
    full = f"{service.display_name} ({service.name})"
    if failure.code == 1051:
        text = (
            f"Cannot stop service '{full}' because it has dependent services. It can only be stopped if the Force flag "
            "is set."
        )
        return error(_COMMAND_EXCEPTION, text, "ServiceHasDependentServices", "InvalidOperation", service.name)
    reason = f"Cannot {'start' if verb == 'started' else 'stop'} service {service.name} on computer '.'."
    text = f"Service '{full}' cannot be {verb} due to the following error: {reason}"
    error_id = "CouldNotStartService" if verb == "started" else "CouldNotStopService"
    inner = PsException("System.InvalidOperationException", reason, _inner(failure))
    return error(_COMMAND_EXCEPTION, text, error_id, "OpenError", service.name, inner=inner)


_STARTUP = Parameter(
    "StartupType",
    kind=str,
    aliases=("StartMode", "SM", "ST"),
    values=("Boot", "System", "Automatic", "Manual", "Disabled"),
)


@command(
    "Set-Service",
    should_process=True,
    parameters=(
        _NAME,
        Parameter("DisplayName", kind=str, aliases=("DN",)),
        Parameter("Description", kind=str),
        _STARTUP,
        Parameter("Status", kind=str, values=("Running", "Stopped", "Paused")),
        Parameter("InputObject"),
        Parameter("ComputerName", kind="System.String[]"),
        Parameter("PassThru", switch=True),
    ),
)
def set_service(call: Call) -> Iterator[object]:
    services = machine_of(call.engine).services
    for record in call.records():
        chosen = record.get("Name") if record.get("Name") is not None else record.get("InputObject")
        for each in chosen if isinstance(chosen, list) else [chosen]:
            name = call.engine.to_text(each)
            service = services.find(name)
            if service is None:
                text = f"Service {name} was not found on computer '.'."
                kind = "System.InvalidOperationException"
                call.error(
                    kind, text, f"{kind},Microsoft.PowerShell.Commands.SetServiceCommand", "ObjectNotFound", name
                )
                continue
            with reported(call):
                _set(call, service)
            if call.switch("PassThru"):
                yield service_object(call.engine, service.name)


def _set(call: Call, service: Service) -> None:
    machine, wanted = machine_of(call.engine), call.get("StartupType")
    if wanted:
        machine.services.set_start_type(service.name, StartType(str(wanted).capitalize()))
    key = rf"HKLM\SYSTEM\CurrentControlSet\Services\{service.name}"
    for name in ("DisplayName", "Description"):
        if call.get(name) is not None:
            machine.registry.set(key, name, str(call.get(name)))
    status = str(call.get("Status") or "").lower()
    try:
        if status == "running":
            _start(call, service)
        elif status == "stopped":
            _stop(call, service)
    except MachineError as failure:
        raise _not_done(service, "started" if status == "running" else "stopped", failure) from failure


@command(
    "New-Service",
    should_process=True,
    parameters=(
        Parameter("Name", position=0, kind=str, mandatory=True),
        Parameter("BinaryPathName", position=1, kind=str, mandatory=True),
        Parameter("DisplayName", kind=str),
        Parameter("Description", kind=str),
        _STARTUP,
        Parameter("DependsOn", kind="System.String[]"),
        Parameter("Credential"),
    ),
)
def new_service(call: Call) -> Iterator[object]:
    name = str(call.get("Name"))
    try:
        machine_of(call.engine).services.create(
            name,
            str(call.get("BinaryPathName")),
            display_name=str(call.get("DisplayName") or name),
            description=str(call.get("Description") or ""),
            start_type=StartType(str(call.get("StartupType") or "Automatic").capitalize()),
            depends_on=tuple(str(each) for each in call.get("DependsOn") or ()),
        )
    except MachineError as failure:
        full = f"{call.get('DisplayName') or name} ({name})"
        text = f"Service '{full}' cannot be created due to the following error: {failure.text}"
        raise error(_COMMAND_EXCEPTION, text, "CouldNotNewService", "PermissionDenied", name) from failure
    yield service_object(call.engine, name)
