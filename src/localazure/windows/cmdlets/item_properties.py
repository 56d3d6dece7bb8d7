"""Properties of items: Get-, Set-, New-, Remove-, Rename- and Clear-ItemProperty, Get-ItemPropertyValue."""

from __future__ import annotations

from collections.abc import Iterator

from localazure.windows.cmdlets.failures import reported
from localazure.windows.cmdlets.item_paths import CREDENTIAL, FILTERS, FORCE, PATHS, places
from localazure.windows.cmdlets.providers.locations import Place, decorate
from localazure.windows.cmdlets.providers.registry import RegistryProvider, no_such_property
from localazure.windows.cmdlets.wildcards import has_wildcard, matches
from localazure.windows.machine.errors import MachineError, NotFound
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.errors import error
from localazure.windows.powershell.values import CaselessDict, PsObject

_NAMES = Parameter("Name", position=1, kind="System.String[]", aliases=("PSProperty",))
_NAME = Parameter("Name", position=1, kind=str, aliases=("PSProperty",), mandatory=True, pipeline="property")
_PASS = Parameter("PassThru", switch=True)


@command("Get-ItemProperty", aliases=("gp",), parameters=(*PATHS, _NAMES, *FILTERS, CREDENTIAL))
def get_item_property(call: Call) -> Iterator[object]:
    for place in places(call):
        with reported(call):
            found = _asked(call, place)
            if found is not None:
                yield decorate(place, found)


@command("Get-ItemPropertyValue", aliases=("gpv",), parameters=(*PATHS, _NAMES, *FILTERS, CREDENTIAL))
def get_item_property_value(call: Call) -> Iterator[object]:
    for place in places(call):
        for name in _listed(call.get("Name")):
            with reported(call):
                found = CaselessDict(place.provider.properties(place.path))
                if name not in found:
                    raise no_such_property(name, place.path)
                yield found[name]


def _asked(call: Call, place: Place) -> PsObject | None:
    """The properties that -Name asks for; None for a key without any, as PowerShell has it."""
    names = _listed(call.get("Name"))
    if place.provider.name == "FileSystem" and not names:
        return place.provider.item(place.path)
    found = place.provider.properties(place.path)
    if not names:
        return PsObject.custom(found) if found else None
    chosen: dict[str, object] = {}
    for name in names:
        fitting = {key: value for key, value in found.items() if matches(key, name)}
        if not fitting and not has_wildcard(name):
            call.write_failure(no_such_property(name, place.path))
        chosen.update(fitting)
    return PsObject.custom(chosen) if chosen else None


@command(
    "Set-ItemProperty",
    aliases=("sp",),
    should_process=True,
    parameters=(
        *PATHS,
        Parameter("Name", position=1, kind=str, aliases=("PSProperty",), pipeline="property"),
        Parameter("Value", position=2, pipeline="property"),
        Parameter("Type", kind=str, aliases=("PropertyType",)),
        Parameter("InputObject", pipeline="value"),
        *FILTERS,
        FORCE,
        _PASS,
        CREDENTIAL,
    ),
)
def set_item_property(call: Call) -> Iterator[object]:
    for place in list(places(call)):
        with reported(call):
            name = str(call.get("Name"))
            if not call.should_process(f"Item: {place.text} Property: {name}", "Set Property"):
                continue
            _stored(place, name, call.get("Value"), call.get("Type"))
            if call.switch("PassThru"):
                yield decorate(place, PsObject.custom({name: call.get("Value")}))


@command(
    "New-ItemProperty",
    should_process=True,
    parameters=(
        *PATHS,
        _NAME,
        Parameter("PropertyType", kind=str, aliases=("Type",), pipeline="property"),
        Parameter("Value", pipeline="property"),
        *FILTERS,
        FORCE,
        CREDENTIAL,
    ),
)
def new_item_property(call: Call) -> Iterator[object]:
    name = str(call.get("Name"))
    for place in list(places(call)):
        with reported(call):
            provider = _registry(place)
            if provider.has_property(place.path, name) and not call.switch("Force"):
                raise error(
                    "System.IO.IOException",
                    "The property already exists.",
                    "System.IO.IOException",
                    "WriteError",
                    place.path,
                )
            kind = call.get("PropertyType")
            if provider.has_property(place.path, name) and kind is None:
                provider.remove_property(place.path, name)
            if call.should_process(f"Item: {place.text} Property: {name}", "New Property"):
                # A value that is given as text without a type becomes one of type String.
                _stored(place, name, call.get("Value"), kind)
                value = provider.properties(place.path)
                yield decorate(
                    place, PsObject.custom({key: v for key, v in value.items() if key.lower() == name.lower()})
                )


@command(
    "Remove-ItemProperty",
    aliases=("rp",),
    should_process=True,
    parameters=(
        *PATHS,
        Parameter("Name", position=1, kind="System.String[]", mandatory=True),
        *FILTERS,
        FORCE,
        CREDENTIAL,
    ),
)
def remove_item_property(call: Call) -> None:
    for place in list(places(call)):
        for name in _listed(call.get("Name")):
            with reported(call):
                _remove(call, place, name)


def _remove(call: Call, place: Place, name: str) -> None:
    provider = _registry(place)
    fitting = [key for key in provider.properties(place.path) if matches(key, name)]
    if not fitting and not has_wildcard(name):
        raise no_such_property(name, place.path)
    for each in fitting:
        if call.should_process(f"Item: {place.text} Property: {each}", "Remove Property"):
            provider.remove_property(place.path, each)


@command(
    "Rename-ItemProperty",
    aliases=("rnp",),
    should_process=True,
    parameters=(*PATHS, _NAME, Parameter("NewName", position=2, kind=str, mandatory=True), FORCE),
)
def rename_item_property(call: Call) -> None:
    name, new = str(call.get("Name")), str(call.get("NewName"))
    for place in list(places(call)):
        with reported(call):
            provider = _registry(place)
            known = next((v for v in provider.values(place.path) if v.name.lower() == name.lower()), None)
            if known is None:
                raise no_such_property(name, place.path)
            provider.registry.set(provider.at(place.path), new, known.data, known.kind)
            provider.remove_property(place.path, name)


@command("Clear-ItemProperty", aliases=("clp",), should_process=True, parameters=(*PATHS, _NAME, FORCE))
def clear_item_property(call: Call) -> None:
    for place in list(places(call)):
        with reported(call):
            _stored(place, str(call.get("Name")), None, None)


def _stored(place: Place, name: str, value: object, kind: object) -> None:
    try:
        place.provider.set_property(place.path, name, value, None if kind is None else str(kind))
    except NotFound as failure:
        raise no_such_property(name, place.path) from failure
    except MachineError as failure:
        raise error(
            "System.ArgumentException", failure.text, "System.ArgumentException", "InvalidArgument"
        ) from failure


def _registry(place: Place) -> RegistryProvider:
    if not isinstance(place.provider, RegistryProvider):
        raise place.provider.unsupported("The provider does not support the use of properties.")
    return place.provider


def _listed(value: object) -> list[str]:
    items = value if isinstance(value, list) else [] if value is None else [value]
    return [str(each) for each in items]
