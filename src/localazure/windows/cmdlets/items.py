"""Looking at items: Get-Item, Get-ChildItem, Test-Path, Resolve-Path, Convert-Path."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from localazure.windows.cmdlets.failures import reported
from localazure.windows.cmdlets.item_paths import CREDENTIAL, FILTERS, FORCE, PATHS, fits, given_paths, places
from localazure.windows.cmdlets.providers.file_items import file_item
from localazure.windows.cmdlets.providers.file_system import FileSystemProvider
from localazure.windows.cmdlets.providers.locations import Place, decorate, item_at, locate, resolve
from localazure.windows.cmdlets.wildcards import has_wildcard, matches
from localazure.windows.machine.errors import MachineError
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.errors import PsError, error
from localazure.windows.powershell.values import PsObject


@command("Get-Item", aliases=("gi",), parameters=(*PATHS, *FILTERS, FORCE, CREDENTIAL))
def get_item(call: Call) -> Iterator[object]:
    for place in places(call):
        with reported(call):
            yield item_at(place)


@command(
    "Get-ChildItem",
    aliases=("gci", "dir", "ls"),
    parameters=(
        *PATHS,
        Parameter("Filter", position=1, kind=str),
        *FILTERS[1:],
        FORCE,
        Parameter("Recurse", switch=True, aliases=("s",)),
        Parameter("Depth", kind=int),
        Parameter("Name", switch=True),
        Parameter("File", switch=True),
        Parameter("Directory", switch=True, aliases=("ad",)),
        Parameter("Hidden", switch=True),
        Parameter("CodeSigningCert", switch=True),
        Parameter("Attributes", kind=str),
    ),
)
def get_child_item(call: Call) -> Iterator[object]:
    for record in call.records():
        for text, literal in given_paths(call, record, "."):
            with reported(call):
                for place, relative in _listing(call, text, literal=literal):
                    with reported(call):
                        yield relative if call.switch("Name") else _child(place)


def _listing(call: Call, text: str, *, literal: bool) -> Iterator[tuple[Place, str]]:
    """Each item that is listed, and its name below where listing began."""
    depth = call.get("Depth")
    deepest = (1 << 30 if call.switch("Recurse") else 0) if depth is None else int(depth)
    if not literal and has_wildcard(text):
        parent, _, leaf = text.replace("/", "\\").rpartition("\\")
        above = f"{parent}\\" if parent.endswith(":") or (not parent and text[:1] in "\\/") else parent or "."
        for place in resolve(call.engine, above):
            for each, relative in _walk(call, place, deepest, ""):
                if matches(each.name, leaf) and _wanted(call, each):
                    yield each, relative
        return
    [place] = resolve(call.engine, text, literal=literal)
    if not place.provider.is_container(place.path):
        yield place, place.name
        return
    for each, relative in _walk(call, place, deepest, ""):
        if _wanted(call, each) and not (call.get("Include") and not deepest):
            yield each, relative


def _walk(call: Call, place: Place, depth: int, prefix: str) -> Iterator[tuple[Place, str]]:
    """Items below: files and folders before what is in the folders, but every key with what is in it."""
    found = [(child, f"{prefix}{child.name}") for child in _children(call, place)]
    whole_first = place.provider.name == "FileSystem"
    if whole_first:
        yield from found
    for child, relative in found:
        if not whole_first:
            yield child, relative
        if depth and child.provider.is_container(child.path):
            yield from _walk(call, child, depth - 1, f"{relative}\\")


def _children(call: Call, place: Place) -> list[Place]:
    if not place.provider.is_container(place.path):
        return []
    try:
        found = [place.child(name) for name in place.provider.child_names(place.path)]
    except MachineError as failure:
        call.error("System.UnauthorizedAccessException", failure.text, "DirUnauthorizedAccessError", target=place.path)
        return []
    shows_hidden = call.switch("Force") or call.switch("Hidden")
    return [child for child in found if shows_hidden or not child.provider.is_hidden(child.path)]


def _wanted(call: Call, place: Place) -> bool:
    if not fits(call, place):
        return False
    if call.switch("File") and place.provider.is_container(place.path):
        return False
    if call.switch("Directory") and not place.provider.is_container(place.path):
        return False
    return not call.switch("Hidden") or place.provider.is_hidden(place.path)


def _child(place: Place) -> PsObject:
    if isinstance(place.provider, FileSystemProvider):
        files = place.provider.files
        return decorate(place, file_item(files, files.metadata(place.path), by_name=True))
    return item_at(place)


@command(
    "Test-Path",
    parameters=(
        *PATHS,
        *FILTERS,
        Parameter("PathType", kind=str, aliases=("Type",), values=("Any", "Container", "Leaf")),
        Parameter("IsValid", switch=True),
        Parameter("OlderThan"),
        Parameter("NewerThan"),
    ),
)
def test_path(call: Call) -> Iterator[object]:
    for record in call.records():
        if "Path" in record and record["Path"] is None and "LiteralPath" not in record:
            raise error(
                "System.Management.Automation.ParameterBindingValidationException",
                "Cannot bind argument to parameter 'Path' because it is null.",
                "ParameterArgumentValidationErrorNullNotAllowed",
                "InvalidData",
            )
        for text, literal in given_paths(call, record):
            yield _exists(call, text, literal=literal)


def _exists(call: Call, text: str, *, literal: bool) -> bool:
    try:
        found = resolve(call.engine, text, literal=literal)
    except (PsError, MachineError):
        return False
    kind = str(call.get("PathType", "Any")).lower()
    containers = [place.provider.is_container(place.path) for place in found if fits(call, place)]
    if kind == "any":
        return bool(containers)
    return any(each == (kind == "container") for each in containers)


@command("Resolve-Path", aliases=("rvpa",), parameters=(*PATHS, Parameter("Relative", switch=True), CREDENTIAL))
def resolve_path(call: Call) -> Iterator[object]:
    for place in places(call):
        if call.switch("Relative"):
            yield _relative(place.path, locate(call.engine, call.engine.location).path)
        else:
            properties = {"Path": place.text, "Provider": place.provider.name, "ProviderPath": place.path}
            yield PsObject.typed("System.Management.Automation.PathInfo", properties, text=place.text)


def _relative(path: str, base: str) -> str:
    mine, theirs = path.rstrip("\\").split("\\"), base.rstrip("\\").split("\\")
    shared = 0
    while shared < min(len(mine), len(theirs)) and mine[shared].lower() == theirs[shared].lower():
        shared += 1
    ups = [".."] * (len(theirs) - shared) or ["."]
    return "\\".join([*ups, *mine[shared:]])


@command("Convert-Path", aliases=("cvpa",), parameters=PATHS)
def convert_path(call: Call) -> Iterator[object]:
    for place in places(call):
        yield place.path


@command(
    "Join-Path",
    parameters=(
        Parameter("Path", position=0, kind="System.String[]", pipeline="both", mandatory=True, aliases=("PSPath",)),
        Parameter("ChildPath", position=1, kind=str, pipeline="property", mandatory=True),
        Parameter("Resolve", switch=True),
        CREDENTIAL,
    ),
)
def join_path(call: Call) -> Iterator[object]:
    for record in call.records():
        paths, child = record.get("Path"), call.engine.to_text(record.get("ChildPath"))
        for each in paths if isinstance(paths, list) else [paths]:
            joined = joined_path(call, call.engine.to_text(each), child)
            if call.switch("Resolve"):
                yield from (place.text for place in resolve(call.engine, joined))
            else:
                yield joined


def joined_path(call: Call, parent: str, child: str) -> str:
    """Raises PsError (DriveNotFound), as Windows PowerShell 5.1 looks the drive up."""
    if ":" in parent and "::" not in parent:
        locate(call.engine, parent.replace("*", "_").replace("?", "_"))
    parent, child = parent.replace("/", "\\"), child.replace("/", "\\")
    if not child:
        return parent if parent.endswith("\\") else f"{parent}\\"
    return f"{parent.rstrip(chr(92))}\\{child.lstrip(chr(92))}"


@command(
    "Split-Path",
    parameters=(
        Parameter("Path", position=0, kind="System.String[]", pipeline="both"),
        Parameter("LiteralPath", kind="System.String[]", aliases=("PSPath",)),
        *(
            Parameter(name, switch=True)
            for name in ("Parent", "Leaf", "Qualifier", "NoQualifier", "IsAbsolute", "Resolve")
        ),
    ),
)
def split_path(call: Call) -> Iterator[object]:
    for record in call.records():
        for text, literal in given_paths(call, record):
            texts = [p.text for p in resolve(call.engine, text, literal=literal)] if call.switch("Resolve") else [text]
            for each in texts:
                yield _part(call, each)


def _part(call: Call, text: str) -> object:
    head, colon, rest = text.partition(":")
    qualifier = head + colon if colon and "\\" not in head and "/" not in head else ""
    if call.switch("IsAbsolute"):
        return bool(qualifier)
    if call.switch("Qualifier"):
        if not qualifier:
            why = f"Cannot parse path because path '{text}' does not have a qualifier specified."
            raise error("System.FormatException", why, "ParsePathFormatError", "InvalidArgument", text)
        return qualifier
    if call.switch("NoQualifier"):
        return rest if qualifier else text
    return leaf(text) if call.switch("Leaf") else parent(text)


def leaf(text: str) -> str:
    text = text.replace("/", "\\")
    return text.rstrip("\\").rpartition("\\")[2] if text.rstrip("\\") and not text.endswith(":\\") else text


def parent(text: str) -> str:
    trimmed = text.replace("/", "\\").rstrip("\\")
    above, found, _ = trimmed.rpartition("\\")
    if not found:
        return ""
    return f"{above}\\" if above.endswith(":") else above


def with_path(place: Place, path: str) -> Place:
    return replace(place, path=path)
