"""Where a session is: Get-, Set-, Push- and Pop-Location, and drives."""

from __future__ import annotations

from collections.abc import Iterator

from localazure.windows.cmdlets.item_paths import CREDENTIAL, given_paths
from localazure.windows.cmdlets.providers.locations import Drive, Place, drives, locate, not_found, resolve
from localazure.windows.cmdlets.providers.registered import provider_named, provider_names
from localazure.windows.cmdlets.session import MadeDrive, machine_of, session_of
from localazure.windows.cmdlets.wildcards import matches
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.errors import error
from localazure.windows.powershell.values import Long, PsObject, TypedArray

_PATH = (
    Parameter("Path", position=0, kind=object, pipeline="both"),
    Parameter("LiteralPath", kind=object, pipeline="property", aliases=("PSPath",)),
    Parameter("PassThru", switch=True),
    Parameter("StackName", kind=str),
)


@command(
    "Get-Location",
    aliases=("gl", "pwd"),
    parameters=(Parameter("PSDrive"), Parameter("PSProvider"), Parameter("Stack", switch=True)),
)
def get_location(call: Call) -> Iterator[object]:
    yield path_info(locate(call.engine, call.engine.location))


@command("Set-Location", aliases=("sl", "cd", "chdir"), parameters=_PATH)
def set_location(call: Call) -> Iterator[object]:
    for record in call.records():
        for text, literal in given_paths(call, record, "~"):
            yield from _go(call, text, literal=literal)


@command("Push-Location", aliases=("pushd",), parameters=_PATH)
def push_location(call: Call) -> Iterator[object]:
    session_of(call.engine).stack.append(call.engine.location)
    for record in call.records():
        for text, literal in given_paths(call, record):
            yield from _go(call, text, literal=literal)


@command("Pop-Location", aliases=("popd",), parameters=_PATH[2:])
def pop_location(call: Call) -> Iterator[object]:
    stack = session_of(call.engine).stack
    if stack:
        yield from _go(call, stack.pop(), literal=True)


def _go(call: Call, text: str, *, literal: bool) -> Iterator[object]:
    found = resolve(call.engine, text, literal=literal)
    if not found:
        raise not_found(locate(call.engine, text))
    place = found[0]
    if not place.provider.is_container(place.path):
        raise not_found(place)
    if place.provider.name == "FileSystem":
        path = str(machine_of(call.engine).files.spelling(place.path))
        session_of(call.engine).folder = path
        call.engine.host.location = path
    else:
        call.engine.host.location = place.text
    if call.switch("PassThru"):
        yield path_info(place)


def path_info(place: Place) -> PsObject:
    drive = _drive(place.drive) if place.drive else None
    provider = PsObject.typed("System.Management.Automation.ProviderInfo", {"Name": place.provider.name})
    properties = {"Drive": drive, "Provider": provider, "ProviderPath": place.path, "Path": place.text}
    return PsObject.typed("System.Management.Automation.PathInfo", properties, text=place.text)


@command(
    "Get-PSDrive",
    aliases=("gdr",),
    parameters=(
        Parameter("Name", position=0, kind="System.String[]", pipeline="property"),
        Parameter("LiteralName", kind="System.String[]"),
        Parameter("PSProvider", kind="System.String[]", pipeline="property"),
        Parameter("Scope", kind=str),
    ),
)
def get_ps_drive(call: Call) -> Iterator[object]:
    names, providers = call.get("Name"), call.get("PSProvider")
    for name in names or ["*"]:
        found = [drive for drive in drives(call.engine) if matches(drive.name, str(name).rstrip(":"))]
        if not found and "*" not in str(name):
            call.error(
                "System.Management.Automation.DriveNotFoundException",
                f"Cannot find drive. A drive with the name '{name}' does not exist.",
                "GetLocationNoMatchingDrive",
                "ObjectNotFound",
                name,
            )
        for drive in found:
            if not providers or any(matches(drive.provider, str(each)) for each in providers):
                yield _drive(drive, call)


@command(
    "New-PSDrive",
    aliases=("ndr", "mount"),
    parameters=(
        Parameter("Name", position=0, kind=str, mandatory=True, pipeline="property"),
        Parameter("PSProvider", position=1, kind=str, mandatory=True, pipeline="property"),
        Parameter("Root", position=2, kind=str, mandatory=True, pipeline="property"),
        Parameter("Description", kind=str),
        Parameter("Scope", kind=str),
        Parameter("Persist", switch=True),
        CREDENTIAL,
    ),
)
def new_ps_drive(call: Call) -> Iterator[object]:
    name, provider = str(call.get("Name")), provider_named(call.engine, str(call.get("PSProvider")))
    if any(drive.name.lower() == name.lower() for drive in drives(call.engine)):
        text = f"A drive with the name '{name}' already exists."
        raise error(
            "System.Management.Automation.SessionStateException", text, "DriveAlreadyExists", "ResourceExists", name
        )
    root = locate(
        call.engine, str(call.get("Root")) if provider.name == "FileSystem" else f"{provider.name}::{call.get('Root')}"
    )
    if not root.provider.exists(root.path):
        text = f'The specified drive root "{call.get("Root")}" either does not exist, or it is not a folder.'
        raise error("System.IO.IOException", text, "DriveRootError", "ReadError", name)
    session_of(call.engine).drives[name.lower()] = MadeDrive(name, provider.name, root.path)
    yield _drive(Drive(name, provider.name, root.path), call)


@command(
    "Remove-PSDrive",
    aliases=("rdr",),
    parameters=(
        Parameter("Name", position=0, kind="System.String[]", pipeline="property"),
        Parameter("Force", switch=True),
    ),
)
def remove_ps_drive(call: Call) -> None:
    for name in call.each("Name"):
        if session_of(call.engine).drives.pop(str(name).lower(), None) is None:
            call.error(
                "System.Management.Automation.DriveNotFoundException",
                f"Cannot find drive. A drive with the name '{name}' does not exist.",
                "DriveNotFound",
                "ObjectNotFound",
                name,
            )


def _drive(drive: Drive, call: Call | None = None) -> PsObject:
    properties: dict[str, object] = {
        "Name": drive.name,
        "Provider": PsObject.typed("System.Management.Automation.ProviderInfo", {"Name": drive.provider}),
        "Root": drive.root,
        "Description": "",
        "CurrentLocation": "",
    }
    volume = machine_of(call.engine).volumes.find(drive.name) if call and drive.provider == "FileSystem" else None
    if call and volume:
        used = machine_of(call.engine).files.used(drive.name)
        properties["Used"] = Long(volume.windows_bytes + used)
        properties["Free"] = Long(volume.room - used)
    return PsObject.typed("System.Management.Automation.PSDriveInfo", properties, text=drive.name)


@command("Get-PSProvider", parameters=(Parameter("PSProvider", position=0, kind="System.String[]", pipeline="both"),))
def get_ps_provider(call: Call) -> Iterator[object]:
    """The kinds of drives, and which drives are of each."""
    for asked in call.get("PSProvider") or ["*"]:
        for name in provider_names():
            if matches(name, str(asked)):
                own = TypedArray([_drive(each) for each in drives(call.engine) if each.provider == name])
                yield PsObject.typed(
                    "System.Management.Automation.ProviderInfo", {"Name": name, "Drives": own}, text=name
                )
