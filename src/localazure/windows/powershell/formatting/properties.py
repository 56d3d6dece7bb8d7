"""Which properties of an object are shown."""

from typing import TYPE_CHECKING, Any

from localazure.windows.powershell.formatting.views import Column, read_property
from localazure.windows.powershell.values import PsObject

if TYPE_CHECKING:
    from localazure.windows.powershell.engine_api import EngineApi


def property_names(value: Any, engine: "EngineApi") -> list[str]:
    """All properties: those the object carries, then those of its types."""
    names = list(value.properties) if isinstance(value, PsObject) else []
    folded = {name.lower() for name in names}
    for type_name in engine.type_names(value):
        known = engine.types.find(type_name)
        for name in (known.members.get("getter") or {}) if known else ():
            if name.lower() not in folded:
                folded.add(name.lower())
                names.append(name)
    return names


def shown_names(value: Any, engine: "EngineApi") -> list[str]:
    """The default display properties: a type may name them in PSStandardMembers, else all."""
    if isinstance(value, PsObject):
        chosen = value.get("DefaultDisplayPropertySet")
        if isinstance(chosen, list):
            return [str(name) for name in chosen]
    return [name for name in property_names(value, engine) if name != "DefaultDisplayPropertySet"]


def property_columns(names: list[str]) -> tuple[Column, ...]:
    return tuple(Column(name, read_property(name), right=None) for name in names)
