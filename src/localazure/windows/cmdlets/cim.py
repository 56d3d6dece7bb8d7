"""WMI from PowerShell: the CIM commands, and the older Get-WmiObject and its kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from localazure.windows.cmdlets.failures import hresult, reported
from localazure.windows.cmdlets.scheduled_task_objects import cim
from localazure.windows.cmdlets.session import machine_of
from localazure.windows.cmdlets.times import local
from localazure.windows.cmdlets.wildcards import matches
from localazure.windows.cmdlets.wmi_classes import WmiInstance, class_names, instances
from localazure.windows.cmdlets.wmi_methods import PARAMETERS, change, delete, invoke, method_names
from localazure.windows.cmdlets.wql import Query, WqlError, dmtf, parse_condition, parse_query
from localazure.windows.machine.errors import MachineError, NotFound
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.engine_api import EngineApi
from localazure.windows.powershell.errors import ErrorRecord, PsError, PsException, error
from localazure.windows.powershell.values import CaselessDict, PsObject, Table, TypedArray, UInt32

_COMMANDS = "Microsoft.Management.Infrastructure.CimCmdlets"
_NAMESPACE = Parameter("Namespace", kind=str, pipeline="property")
_CLASS = Parameter("ClassName", position=0, kind=str, pipeline="property")
_INPUT = Parameter("InputObject", kind=object, pipeline="value", aliases=("CimInstance",))
_REMOTE = tuple(Parameter(name) for name in ("ComputerName", "CimSession", "OperationTimeoutSec", "ResourceUri"))


def _refused(call: Call, failure: MachineError, target: object = None) -> PsError:
    number = hresult(failure.code)
    text = "Invalid class " if failure.code == 0x80041010 else failure.text
    exception = PsException("Microsoft.Management.Infrastructure.CimException", text, properties={"HResult": number})
    verb, _, noun = call.command.name.partition("-")
    error_id = f"HRESULT 0x{number & 0xFFFFFFFF:08x},{_COMMANDS}.{verb}{noun}Command"
    return PsError(ErrorRecord(exception, error_id, "MetadataError", target))


def _query(call: Call) -> Query:
    """What -Query, or -ClassName with -Filter and -Property, ask for. Raises PsError (Invalid query)."""
    text = call.get("Query")
    try:
        if text:
            return parse_query(str(text))
        wanted = call.get("Property")
        names = None if wanted is None else [str(each) for each in wanted]
        name = str(call.get("ClassName") or call.get("Class"))
        return Query(name, names, parse_condition(str(call.get("Filter") or "")))
    except WqlError as failure:
        raise _refused(call, MachineError(0x80041017, text="Invalid query "), str(failure)) from failure


def _need_namespace(call: Call) -> None:
    named = str(call.get("Namespace") or "root/cimv2").replace("\\", "/").lower()
    if named != "root/cimv2":
        raise _refused(call, MachineError(0x8004100E, named, "Invalid namespace "), named)


def _value(value: object) -> object:
    if isinstance(value, datetime):
        return local(value)
    if isinstance(value, list):
        return TypedArray(value, "System.String")
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 32:
        return UInt32(value)
    return value


def cim_instance(instance: WmiInstance, only: list[str] | None = None) -> PsObject:
    wanted = None if only is None else {name.lower() for name in only}
    properties = {
        name: _value(value) if wanted is None or name.lower() in wanted else None
        for name, value in instance.properties.items()
    }
    made = cim(instance.class_name, properties, "root/cimv2")
    made.base = instance
    return made


@command(
    "Get-CimInstance",
    aliases=("gcim",),
    parameters=(
        _CLASS,
        Parameter("Filter", kind=str),
        Parameter("Property", kind="System.String[]", aliases=("SelectProperties",)),
        Parameter("Query", kind=str),
        Parameter("QueryDialect"),
        Parameter("KeyOnly", switch=True),
        Parameter("Shallow", switch=True),
        _NAMESPACE,
        _INPUT,
        *_REMOTE,
    ),
)
def get_cim_instance(call: Call) -> Iterator[object]:
    for record in call.records():
        given = record.get("InputObject")
        with reported(call):
            if isinstance(given, PsObject) and isinstance(given.base, WmiInstance):
                yield from (cim_instance(each) for each in _again(call, given.base))
                continue
            _need_namespace(call)
            query = _query(call)
            try:
                found = instances(machine_of(call.engine), query.class_name, query.condition)
            except NotFound as failure:
                raise _refused(call, failure, f"root/cimv2:{query.class_name}") from failure
            yield from (cim_instance(each, query.properties) for each in found)


def _again(call: Call, known: WmiInstance) -> list[WmiInstance]:
    return [each for each in instances(machine_of(call.engine), known.class_name) if each.key == known.key]


@command("Get-CimClass", parameters=(_CLASS, _NAMESPACE, *_REMOTE))
def get_cim_class(call: Call) -> Iterator[object]:
    wanted = str(call.get("ClassName") or "*")
    found = [name for name in class_names(machine_of(call.engine)) if matches(name, wanted)]
    if not found and "*" not in wanted:
        call.write_failure(_refused(call, NotFound(wanted, 0x8004_1002), wanted))
    for name in found:
        text = f"ROOT/cimv2:{name}"
        yield PsObject.typed("Microsoft.Management.Infrastructure.CimClass", {"CimClassName": name}, text=text)


@command(
    "Invoke-CimMethod",
    aliases=("icim",),
    should_process=True,
    parameters=(
        Parameter("ClassName", position=0, kind=str, aliases=("Class",)),
        Parameter("MethodName", position=1, kind=str, mandatory=True, aliases=("Name",)),
        Parameter("Arguments", position=2),
        Parameter("Query", kind=str),
        _NAMESPACE,
        _INPUT,
        *_REMOTE,
    ),
)
def invoke_cim_method(call: Call) -> Iterator[object]:
    given_arguments = call.get("Arguments")
    arguments = CaselessDict(given_arguments if isinstance(given_arguments, Table) else {})
    method = str(call.get("MethodName"))
    for record in call.records():
        given = record.get("InputObject")
        instance = given.base if isinstance(given, PsObject) and isinstance(given.base, WmiInstance) else None
        name = instance.class_name if instance else str(call.get("ClassName"))
        if not call.should_process(name, f"Invoke-CimMethod: {method}"):
            continue
        try:
            if instance is None:
                instances(machine_of(call.engine), name)
            outcome = invoke(call.engine, name, method, arguments, instance)
        except MachineError as failure:
            call.write_failure(_refused(call, failure, name))
            continue
        properties = {key: _value(value) for key, value in outcome.items()}
        yield PsObject.typed(
            "Microsoft.Management.Infrastructure.CimMethodResult", {**properties, "PSComputerName": None}
        )


@command(
    "Remove-CimInstance",
    aliases=("rcim",),
    should_process=True,
    parameters=(_INPUT, Parameter("Query", position=0, kind=str), _NAMESPACE, *_REMOTE),
)
def remove_cim_instance(call: Call) -> None:
    for record in call.records():
        given = record.get("InputObject")
        for each in given if isinstance(given, list) else [given]:
            if (
                isinstance(each, PsObject)
                and isinstance(each.base, WmiInstance)
                and call.should_process(str(each.base.key))
            ):
                try:
                    delete(machine_of(call.engine), each.base)
                except MachineError as failure:
                    call.write_failure(_refused(call, failure, each))


@command(
    "Set-CimInstance",
    aliases=("scim",),
    should_process=True,
    parameters=(_INPUT, Parameter("Property", kind=object), Parameter("PassThru", switch=True), _NAMESPACE, *_REMOTE),
)
def set_cim_instance(call: Call) -> Iterator[object]:
    for record in call.records():
        given = record.get("InputObject")
        if not isinstance(given, PsObject) or not isinstance(given.base, WmiInstance):
            continue
        try:
            asked = call.get("Property")
            change(machine_of(call.engine), given.base, asked if isinstance(asked, Table) else _changed(given))
        except MachineError as failure:
            call.write_failure(_refused(call, failure, given))
            continue
        if call.switch("PassThru"):
            yield from (cim_instance(each) for each in _again(call, given.base))


def _changed(given: PsObject) -> CaselessDict:
    """The properties that the script assigned since it got the instance."""
    known = given.base.properties if isinstance(given.base, WmiInstance) else {}
    return CaselessDict({name: given.get(name) for name in known if given.get(name) != _value(known[name])})


@command(
    "Get-WmiObject",
    aliases=("gwmi",),
    parameters=(
        Parameter("Class", position=0, kind=str, aliases=("ClassName",)),
        Parameter("Property", position=1, kind="System.String[]"),
        Parameter("Filter", kind=str),
        Parameter("Query", kind=str),
        Parameter("Namespace", kind=str, aliases=("NS",)),
        Parameter("List", switch=True),
        *(Parameter(name) for name in ("ComputerName", "Credential", "Authentication", "Impersonation")),
        *(Parameter(name, switch=True) for name in ("EnableAllPrivileges", "Amended", "DirectRead", "AsJob")),
    ),
)
def get_wmi_object(call: Call) -> Iterator[object]:
    _need_namespace(call)
    query = _query(call)
    try:
        found = instances(machine_of(call.engine), query.class_name, query.condition)
    except NotFound as failure:
        text = f'Invalid class "{query.class_name}"'
        kind = "System.Management.ManagementException"
        raise error(kind, text, "GetWMIManagementException", "InvalidType", query.class_name) from failure
    yield from (wmi_object(call.engine, each) for each in found)


def wmi_object(engine: EngineApi, instance: WmiInstance) -> PsObject:
    """A ManagementObject: moments are text, and the class's methods can be called on it."""
    machine = machine_of(engine)
    name = instance.class_name

    def gone() -> None:
        try:
            delete(machine, instance)
        except MachineError as failure:
            raise error("System.Management.ManagementException", failure.text) from failure

    properties: dict[str, object] = {"__CLASS": name, "__NAMESPACE": r"root\cimv2", "__SERVER": machine.name}
    for key, value in instance.properties.items():
        properties[key] = dmtf(value) if isinstance(value, datetime) else _value(value)
    methods: dict[str, Callable[..., object]] = {
        method: _caller(engine, instance, method) for method in method_names(name)
    }
    methods |= {"Delete": gone, "ConvertToDateTime": lambda text: _moment(str(text)), "Put": lambda: _put(engine, made)}
    kind = rf"System.Management.ManagementObject#root\cimv2\{name}"
    made: PsObject = PsObject.typed(kind, properties, methods, text=name)
    made.type_names.insert(1, "System.Management.ManagementObject")
    made.base = instance
    return made


def _caller(engine: EngineApi, instance: WmiInstance, method: str) -> Callable[..., object]:
    def call(*values: object) -> object:
        names = PARAMETERS.get((instance.class_name.lower(), method), ())
        arguments = CaselessDict(zip(names, values, strict=False))
        return PsObject.custom(dict(invoke(engine, instance.class_name, method, arguments, instance)))

    return call


def _put(engine: EngineApi, given: PsObject) -> None:
    if isinstance(given.base, WmiInstance):
        try:
            change(machine_of(engine), given.base, _changed(given))
        except MachineError as failure:
            raise error("System.Management.ManagementException", failure.text) from failure


def _moment(text: str) -> datetime:
    return datetime.strptime(text[:14], "%Y%m%d%H%M%S")  # noqa: DTZ007 - local time, as DateTime has it


@command("Remove-WmiObject", aliases=("rwmi",), should_process=True, parameters=(_INPUT,))
def remove_wmi_object(call: Call) -> None:
    for record in call.records():
        given = record.get("InputObject")
        if isinstance(given, PsObject):
            call.engine.call_method(given, "Delete")


@command(
    "Invoke-WmiMethod",
    aliases=("iwmi",),
    should_process=True,
    parameters=(
        Parameter("Class", position=0, kind=str),
        Parameter("Name", position=1, kind=str, mandatory=True),
        Parameter("ArgumentList", position=2, kind=object),
        Parameter("InputObject", pipeline="value"),
        Parameter("Namespace", kind=str),
        Parameter("ComputerName"),
        Parameter("EnableAllPrivileges", switch=True),
    ),
)
def invoke_wmi_method(call: Call) -> Iterator[object]:
    method = str(call.get("Name"))
    values = call.get("ArgumentList")
    listed = values if isinstance(values, list) else [] if values is None else [values]
    for record in call.records():
        given = record.get("InputObject")
        instance = given.base if isinstance(given, PsObject) and isinstance(given.base, WmiInstance) else None
        name = instance.class_name if instance else str(call.get("Class"))
        arguments = CaselessDict(zip(PARAMETERS.get((name.lower(), method.lower()), ()), listed, strict=False))
        try:
            yield PsObject.custom(dict(invoke(call.engine, name, method, arguments, instance)))
        except MachineError as failure:
            call.error(
                "System.Management.ManagementException", failure.text, "InvokeWMIManagementException", target=name
            )
