"""$value.PSObject: an object's members as objects."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from localazure.windows.powershell import members, values
from localazure.windows.powershell.text import to_text

if TYPE_CHECKING:
    from localazure.windows.powershell.frames import Frame

_A = "System.Management.Automation."
_KINDS = {
    "NoteProperty": 8,
    "AliasProperty": 1,
    "Property": 4,
    "ScriptProperty": 16,
    "Method": 64,
    "ScriptMethod": 128,
}


class MemberList(values.PsList):
    """Members, found by place or by name."""

    def __init__(self, found: list[values.PsObject], owner: Any) -> None:
        super().__init__(found, _A + "PSMemberInfoIntegratingCollection`1")
        self.owner = owner

    def item(self, name: object) -> values.PsObject | None:
        wanted = to_text(name).lower()
        return next((one for one in self if one.get("Name").lower() == wanted), None)

    def remove_named(self, name: object) -> None:
        """Takes a property from the object itself."""
        if isinstance(self.owner, values.PsObject):
            self.owner.properties.pop(name, None)
            self[:] = [one for one in self if one.get("Name").lower() != to_text(name).lower()]

    def add_member(self, member: values.PsObject, *_: object) -> None:
        """Gives the object itself one more note."""
        if isinstance(self.owner, values.PsObject):
            self.owner.properties[member.get("Name")] = member.get("Value")
            self.append(member)


def property_kind(value: Any, name: str) -> str:
    """NoteProperty, ScriptProperty, AliasProperty or Property."""
    found = value.properties.get(name) if isinstance(value, values.PsObject) else None
    if isinstance(found, values.Getter | values.Property):
        return found.kind
    is_note = isinstance(value, values.PsObject) and value.is_custom and name in value.properties
    return "NoteProperty" if is_note else "Property"


def _property(frame: "Frame", value: Any, name: str) -> values.PsObject:
    kind = property_kind(value, name)
    made = values.PsObject.typed(
        f"{_A}PS{kind}", {"Name": name, "MemberType": _member_type(kind), "IsSettable": True, "IsGettable": True}
    )
    made.properties["Value"] = values.Property(
        lambda _: members.get_property(frame, value, name),
        lambda _, new: members.set_property(frame, value, name, new),
    )
    made.properties["TypeNameOfValue"] = values.Getter(
        lambda _: frame.type_name(members.get_property(frame, value, name))
    )
    return made


def _member_type(kind: str) -> values.EnumValue:
    return values.EnumValue(_A + "PSMemberTypes", kind, _KINDS[kind])


def _method(name: str, kind: str) -> values.PsObject:
    return values.PsObject.typed(f"{_A}PS{kind}", {"Name": name, "MemberType": _member_type(kind)})


def type_names(frame: "Frame", value: Any) -> values.PsList:
    """PSTypeNames; of an object they can be changed."""
    if not isinstance(value, values.PsObject):
        return values.PsList(frame.type_names(value))
    if not isinstance(value.type_names, values.PsList):
        value.type_names = values.PsList(frame.type_names(value), "System.Collections.ObjectModel.Collection`1")
    return value.type_names


def member_set(frame: "Frame", value: Any) -> values.PsObject:
    """What $value.PSObject gives."""
    names = list(value.properties) if isinstance(value, values.PsObject) else frame.property_names(value)
    properties = MemberList([_property(frame, value, name) for name in names], value)
    own = value.methods if isinstance(value, values.PsObject) else {}
    methods = [
        _method(name, "ScriptMethod" if isinstance(run, values.ScriptBlock) else "Method") for name, run in own.items()
    ]
    shown: dict[str, object] = {
        "Properties": properties,
        "Methods": MemberList(methods, value),
        "Members": MemberList([*properties, *methods], value),
        "TypeNames": type_names(frame, value),
        "BaseObject": value,
        "ImmediateBaseObject": value,
    }
    copies: dict[str, Callable[..., object]] = {"Copy": lambda: copy_object(value)}
    return values.PsObject.typed(_A + "PSMemberSet", shown, copies)


def copy_object(value: Any) -> Any:
    """A shallow copy of an object."""
    if isinstance(value, values.PsObject):
        copied = values.CaselessDict(value.properties)
        return values.PsObject(list(value.type_names), copied, value.methods, value.text, value.base)
    return value
