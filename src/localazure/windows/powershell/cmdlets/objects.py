"""New-Object, Add-Member, Get-Member, Add-Type."""

from collections import deque
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from localazure.windows.powershell.cmdlets.common import INPUT, UTILITY, as_list, inputs
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.formatting.properties import property_names
from localazure.windows.powershell.members import call_static
from localazure.windows.powershell.psobject import property_kind
from localazure.windows.powershell.regexes import wildcard_regex
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.type_names import full_name
from localazure.windows.powershell.values import (
    CaselessDict,
    Getter,
    Property,
    PsError,
    PsObject,
    ScriptBlock,
    TypeLiteral,
    error,
)

if TYPE_CHECKING:
    from localazure.windows.powershell.frames import Frame

_A = "System.Management.Automation."
ASSEMBLIES = frozenset(
    [
        "mscorlib",
        "system",
        "system.core",
        "system.io.compression",
        "system.io.compression.filesystem",
        "system.net.http",
        "system.security",
        "system.serviceprocess",
        "system.management",
        "system.web",
        "system.xml",
        "system.xml.linq",
        "system.data",
        "system.configuration",
        "system.drawing",
        "system.windows.forms",
        "system.directoryservices",
        "system.directoryservices.accountmanagement",
        "microsoft.csharp",
        "microsoft.visualbasic",
        "presentationframework",
        "presentationcore",
        "windowsbase",
    ]
)
"""Assemblies of .NET Framework that every Windows Server has."""


@command(
    "New-Object",
    module=UTILITY,
    parameters=(
        Parameter("TypeName", position=0, kind=str),
        Parameter("ArgumentList", position=1, aliases=("Args",)),
        Parameter("Property"),
        Parameter("ComObject", kind=str),
        Parameter("Strict", switch=True),
    ),
)
def new_object(call: Call) -> Iterator[object]:
    """An object of a .NET type; COM objects are the host's to offer, under the type name COM:<ProgID>."""
    if "ComObject" in call.parameters:
        made = _com_object(call, to_text(call.get("ComObject")))
    else:
        made = _dotnet_object(call, to_text(call.get("TypeName")))
    for name, value in dict(call.get("Property") or {}).items():
        _assign(call, made, to_text(name), value)
    yield made


def _assign(call: Call, made: Any, name: str, value: Any) -> None:
    if isinstance(made, PsObject) and made.is_custom:
        made.properties[name] = value
    else:
        call.engine.set_property(made, name, value)


def _com_object(call: Call, name: str) -> Any:
    known = call.engine.types.find(f"COM:{name}")
    build = None if known is None else known.member("constructor", "new")
    if build is None:
        text = (
            "Retrieving the COM class factory for component with CLSID {00000000-0000-0000-0000-000000000000} failed "
            "due to the following error: 80040154 Class not registered (Exception from HRESULT: 0x80040154 "
            "(REGDB_E_CLASSNOTREG))."
        )
        kind = "System.Runtime.InteropServices.COMException"
        raise error(kind, text, "NoCOMClassIdentified", "ResourceUnavailable", name)
    return build(call.engine)


def _dotnet_object(call: Call, name: str) -> Any:
    if full_name(name).lower() in {
        "system.management.automation.psobject",
        "system.management.automation.pscustomobject",
    }:
        return PsObject.custom()
    arguments = as_list(call.get("ArgumentList"))
    try:
        literal = call.engine.convert(name, "System.Type")
    except PsError:
        text = f"Cannot find type [{name}]: verify that the assembly containing this type is loaded."
        raise error(_A + "PSArgumentException", text, "TypeNotFound", "InvalidType") from None
    return _constructed(call, literal, arguments)


def _constructed(call: Call, literal: TypeLiteral, arguments: list[Any]) -> Any:
    try:
        return call_static(cast("Frame", call.engine), literal, "new", arguments)
    except PsError as failure:
        if failure.record.fully_qualified_error_id not in {"MethodNotFound", "MethodCountCouldNotFindBest"}:
            raise
        text = f"A constructor was not found. Cannot find an appropriate constructor for type {literal.name}."
        raise error(_A + "PSArgumentException", text, "CannotFindAppropriateCtor", "ObjectNotFound") from failure


@command(
    "Add-Member",
    module=UTILITY,
    parameters=(
        INPUT,
        Parameter("MemberType", position=0, aliases=("Type",)),
        Parameter("Name", position=1, kind=str),
        Parameter("Value", position=2),
        Parameter("SecondValue", position=3),
        Parameter("NotePropertyName", kind=str),
        Parameter("NotePropertyValue"),
        Parameter("NotePropertyMembers"),
        Parameter("TypeName", kind=str),
        Parameter("PassThru", switch=True),
        Parameter("Force", switch=True),
    ),
)
def add_member(call: Call) -> Iterator[object]:
    """More members for an object."""
    for item in inputs(call):
        if isinstance(item, PsObject):
            for kind, name, value in _members(call):
                _add(call, item, (kind, name, value))
            if "TypeName" in call.parameters:
                item.type_names.insert(0, to_text(call.get("TypeName")))
        if call.switch("PassThru"):
            yield item


def _members(call: Call) -> list[tuple[str, str, Any]]:
    if isinstance(call.get("NotePropertyMembers"), Mapping):
        return [("noteproperty", to_text(name), value) for name, value in call.get("NotePropertyMembers").items()]
    if "NotePropertyName" in call.parameters:
        return [("noteproperty", call.get("NotePropertyName"), call.get("NotePropertyValue"))]
    kind = call.get("MemberType")
    if isinstance(kind, Mapping):
        return [("noteproperty", to_text(name), value) for name, value in kind.items()]
    if kind is not None and "Value" not in call.parameters and to_text(kind).lower() not in _KINDS:
        return [("noteproperty", to_text(kind), call.get("Name"))]
    return [(to_text(kind).lower(), call.get("Name"), call.get("Value"))] if kind is not None else []


_KINDS = {"noteproperty", "scriptproperty", "scriptmethod", "aliasproperty", "memberset", "propertyset"}


def _add(call: Call, item: PsObject, member: tuple[str, str, Any]) -> None:
    kind, name, value = member
    if (name in item.properties or name in item.methods) and not call.switch("Force"):
        text = (
            f'Cannot add a member with the name "{name}" because a member with that name already exists. '
            "To overwrite the member anyway, add the Force parameter to your command."
        )
        call.error("System.InvalidOperationException", text, "MemberAlreadyExists", "InvalidOperation", item)
        return
    item.properties.pop(name, None)
    if kind == "scriptmethod":
        item.methods[name] = value
    elif kind == "scriptproperty":
        item.properties[name] = _script_property(call, value, call.get("SecondValue"))
    elif kind == "aliasproperty":
        item.properties[name] = Getter(lambda target: call.engine.get_property(target, to_text(value)), "AliasProperty")
    elif kind == "memberset":
        for inner in as_list(value):
            if isinstance(inner, PsObject) and inner.get("Name") == "DefaultDisplayPropertySet":
                item.properties["DefaultDisplayPropertySet"] = as_list(inner.get("ReferencedPropertyNames"))
    else:
        item.properties[name] = value


def _script_property(call: Call, get: ScriptBlock, set_block: ScriptBlock | None) -> Getter | Property:
    frame = cast("Frame", call.engine)

    def read(target: PsObject) -> object:
        found = list(frame.invoke_with(get, (), this=target))
        return found if len(found) > 1 else (found[0] if found else None)

    if set_block is None:
        return Getter(read, "ScriptProperty")
    block = set_block

    def write(target: PsObject, value: object) -> None:
        deque(frame.invoke_with(block, (value,), this=target), maxlen=0)

    return Property(read, write, "ScriptProperty")


@command(
    "Get-Member",
    aliases=("gm",),
    module=UTILITY,
    parameters=(
        INPUT,
        Parameter("Name", position=0),
        Parameter("MemberType", aliases=("Type",)),
        Parameter("Static", switch=True),
        Parameter("Force", switch=True),
        Parameter("View"),
    ),
)
def get_member(call: Call) -> Iterator[object]:
    """The members of each type of object that came."""
    seen: set[str] = set()
    for item in inputs(call):
        name = call.engine.type_name(item)
        if item is None or name in seen:
            continue
        seen.add(name)
        yield from (one for one in _described(call, item, name) if _asked_for(call, one))
    if not seen:
        text = "You must specify an object for the Get-Member cmdlet."
        call.error("System.InvalidOperationException", text, "NoObjectInGetMember", "CloseError")


def _asked_for(call: Call, member: PsObject) -> bool:
    names = [wildcard_regex(to_text(name)) for name in as_list(call.get("Name"))]
    kinds = [to_text(kind).lower() for kind in as_list(call.get("MemberType"))]
    kind = member.get("MemberType").lower()
    fits = not kinds or any(
        one in {kind, "all"} or (one == "properties" and kind.endswith("property")) for one in kinds
    )
    return fits and (not names or any(pattern.match(member.get("Name")) for pattern in names))


def _described(call: Call, item: Any, type_name: str) -> Iterator[PsObject]:
    methods = CaselessDict(item.methods if isinstance(item, PsObject) else {})
    for name in call.engine.type_names(item):
        known = call.engine.types.find(name)
        methods.update({one: one for one in (known.members.get("method") or {})} if known else {})
    for name in sorted(methods, key=str.lower):
        kind = "ScriptMethod" if isinstance(methods[name], ScriptBlock) else "Method"
        yield _member_definition(type_name, name, kind, f"{name}()")
    for name in sorted(property_names(item, call.engine), key=str.lower):
        value = call.engine.get_property(item, name)
        kind = call.engine.type_name(value) if value is not None else "object"
        own = property_kind(item, name)
        shown = f"={to_text(value)}" if own == "NoteProperty" else " {get;}"
        yield _member_definition(type_name, name, own, f"{to_text(TypeLiteral(kind))} {name}{shown}")


def _member_definition(type_name: str, name: str, kind: str, definition: str) -> PsObject:
    properties = {"TypeName": type_name, "Name": name, "MemberType": kind, "Definition": definition}
    return PsObject.typed("Microsoft.PowerShell.Commands.MemberDefinition", properties)


@command(
    "Add-Type",
    module=UTILITY,
    parameters=(
        Parameter("TypeDefinition", position=0, kind=str),
        Parameter("AssemblyName", aliases=("AN",)),
        Parameter("Path"),
        Parameter("LiteralPath", aliases=("PSPath",)),
        Parameter("MemberDefinition"),
        Parameter("Name", kind=str),
        Parameter("Namespace", kind=str, aliases=("NS",)),
        Parameter("Language"),
        Parameter("ReferencedAssemblies", aliases=("RA",)),
        Parameter("UsingNamespace", aliases=("Using",)),
        Parameter("PassThru", switch=True),
        Parameter("IgnoreWarnings", switch=True),
    ),
)
def add_type(call: Call) -> None:
    """Loads an assembly of .NET Framework. The model has no C# compiler and says so."""
    if "AssemblyName" not in call.parameters:
        text = "The model of Windows PowerShell has no compiler: Add-Type takes only -AssemblyName."
        raise error("System.NotSupportedException", text, "NoCompilerInModel", "NotImplemented")
    for item in as_list(call.get("AssemblyName")):
        name = to_text(item).partition(",")[0].strip().removesuffix(".dll")
        if name.lower() not in ASSEMBLIES:
            text = f"Cannot add type. The assembly '{to_text(item)}' could not be found."
            raise error("System.Exception", text, "ASSEMBLY_NOT_FOUND", "ObjectNotFound", to_text(item))
