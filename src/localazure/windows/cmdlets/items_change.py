"""Changing items: New-Item, Remove-Item, Copy-Item, Move-Item, Rename-Item, Set-Item, Clear-Item, Invoke-Item."""

from __future__ import annotations

from collections.abc import Iterator

from localazure.windows.cmdlets.failures import reported
from localazure.windows.cmdlets.item_paths import CREDENTIAL, FILTERS, FORCE, PATHS, given_paths, places, targets
from localazure.windows.cmdlets.items import with_path
from localazure.windows.cmdlets.providers.locations import Place, decorate, item_at, locate, not_found
from localazure.windows.cmdlets.providers.wsman import NEW_ITEM_OPTIONS
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.errors import error

_PASS = Parameter("PassThru", switch=True)
_OF_WSMAN = tuple(name for name in dict.fromkeys(NEW_ITEM_OPTIONS) if name != CREDENTIAL.name)
_OPTIONS = ("Force", CREDENTIAL.name, *_OF_WSMAN)


@command(
    "New-Item",
    aliases=("ni",),
    should_process=True,
    parameters=(
        Parameter("Path", position=0, kind=object, pipeline="property"),
        Parameter("Name", kind=str, pipeline="property"),
        Parameter("ItemType", kind=str, aliases=("Type",), pipeline="property"),
        Parameter("Value", pipeline="both", aliases=("Target",)),
        FORCE,
        CREDENTIAL,
        *(Parameter(name) for name in _OF_WSMAN),
    ),
)
def new_item(call: Call) -> Iterator[object]:
    for record in call.records():
        for text, _ in given_paths(call, record, "."):
            name = record.get("Name")
            full = f"{text.rstrip(chr(92))}\\{name}" if name else text
            with reported(call):
                place = locate(call.engine, full)
                options = {key: call.parameters[key] for key in _OPTIONS if key in call.parameters}
                kind = str(record.get("ItemType") or "")
                if call.should_process(place.text):
                    made = place.provider.new_item(place.path, kind, record.get("Value"), options)
                    yield decorate(place, made)


@command(
    "Remove-Item",
    aliases=("ri", "rm", "del", "erase", "rd", "rmdir"),
    should_process=True,
    parameters=(
        *PATHS,
        *FILTERS,
        FORCE,
        CREDENTIAL,
        Parameter("Recurse", switch=True),
        Parameter("DeleteKey", switch=True),
    ),
)
def remove_item(call: Call) -> None:
    for place in places(call):
        with reported(call):
            _remove(call, place)


def _remove(call: Call, place: Place) -> None:
    provider, recurse = place.provider, call.switch("Recurse")
    if not provider.exists(place.path):
        # A wildcard's or a pipeline's earlier item was its folder.
        raise not_found(place)
    has_tree = provider.name in {"FileSystem", "Registry"}
    if has_tree and not recurse and provider.is_container(place.path) and provider.child_names(place.path):
        raise error(
            "System.Management.Automation.PSInvalidOperationException",
            "Windows PowerShell is in NonInteractive mode. Read and Prompt functionality is not available.",
            "InvalidOperation",
            "InvalidOperation",
            place.text,
        )
    if call.should_process(place.text, "Remove File" if provider.name == "FileSystem" else "Remove Item"):
        provider.remove_item(place.path, recurse=recurse, force=call.switch("Force"))


@command(
    "Copy-Item",
    aliases=("cpi", "cp", "copy"),
    should_process=True,
    parameters=(
        *PATHS,
        Parameter("Destination", position=1, kind=str, pipeline="property"),
        *FILTERS,
        FORCE,
        CREDENTIAL,
        _PASS,
        Parameter("Recurse", switch=True),
        Parameter("Container", switch=True),
        Parameter("ToSession"),
        Parameter("FromSession"),
    ),
)
def copy_item(call: Call) -> Iterator[object]:
    for place in places(call):
        with reported(call):
            target = locate(call.engine, str(call.get("Destination") or "."))
            if not call.should_process(f"Item: {place.text} Destination: {target.text}", "Copy"):
                continue
            if target.provider.name != place.provider.name:
                why = "Source and destination path did not resolve to the same provider."
                raise error(
                    "System.Management.Automation.PSArgumentException", why, "CannotCopyAcross", "InvalidArgument"
                )
            made = place.provider.copy_item(
                place.path, target.path, recurse=call.switch("Recurse"), force=call.switch("Force")
            )
            if call.switch("PassThru"):
                yield from (item_at(with_path(target, path)) for path in made)


@command(
    "Move-Item",
    aliases=("mi", "mv", "move"),
    should_process=True,
    parameters=(
        *PATHS,
        Parameter("Destination", position=1, kind=str, pipeline="property"),
        *FILTERS,
        FORCE,
        CREDENTIAL,
        _PASS,
    ),
)
def move_item(call: Call) -> Iterator[object]:
    for place in list(places(call)):
        with reported(call):
            target = locate(call.engine, str(call.get("Destination") or "."))
            if call.should_process(f"Item: {place.text} Destination: {target.text}", "Move"):
                moved = place.provider.move_item(place.path, target.path, force=call.switch("Force"))
                if call.switch("PassThru"):
                    yield item_at(with_path(target, moved))


@command(
    "Rename-Item",
    aliases=("rni", "ren"),
    should_process=True,
    parameters=(
        *PATHS,
        Parameter("NewName", position=1, kind=object, mandatory=True, pipeline="property"),
        FORCE,
        _PASS,
    ),
)
def rename_item(call: Call) -> Iterator[object]:
    for record in call.records():
        for text, _ in given_paths(call, record):
            with reported(call):
                place = locate(call.engine, text)
                if not place.provider.exists(place.path):
                    raise error(
                        "System.InvalidOperationException",
                        f"Cannot rename because item at '{text}' does not exist.",
                        "InvalidOperation",
                        "InvalidOperation",
                    )
                # A name given with its folder, as many scripts do, means the last part.
                name = call.engine.to_text(record.get("NewName")).replace("/", "\\").rpartition("\\")[2]
                renamed = place.provider.rename_item(place.path, name)
                if call.switch("PassThru"):
                    yield item_at(with_path(place, renamed))


@command(
    "Set-Item",
    aliases=("si",),
    should_process=True,
    parameters=(
        *PATHS,
        Parameter("Value", position=1, pipeline="property"),
        *FILTERS,
        FORCE,
        _PASS,
        CREDENTIAL,
        Parameter("Concatenate", switch=True),
    ),
)
def set_item(call: Call) -> Iterator[object]:
    for place in list(targets(call)):
        with reported(call):
            if not place.provider.exists(place.path) and place.provider.name in {"FileSystem", "Registry", "WSMan"}:
                raise not_found(place)
            if call.should_process(f"Item: {place.text} Value: {call.engine.to_text(call.get('Value'))}", "Set Item"):
                place.provider.set_item(place.path, call.get("Value"))
                if call.switch("PassThru"):
                    yield item_at(place)


@command("Clear-Item", aliases=("cli",), should_process=True, parameters=(*PATHS, *FILTERS, FORCE))
def clear_item(call: Call) -> None:
    for place in places(call):
        with reported(call):
            place.provider.clear_item(place.path)


@command("Unblock-File", parameters=PATHS)
def unblock_file(call: Call) -> None:
    """Files of the model carry no mark of where they come from, so that there is none to take away."""
    for _ in places(call):
        pass
