"""What is in items: Get-, Set-, Add- and Clear-Content, Get-FileHash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from localazure.windows.cmdlets.encodings import ENCODING_NAMES, decode, encode, encoding_of
from localazure.windows.cmdlets.failures import file_failure, reported
from localazure.windows.cmdlets.item_paths import CREDENTIAL, FILTERS, FORCE, PATHS, given_paths, places, targets
from localazure.windows.cmdlets.providers.file_system import FileSystemProvider
from localazure.windows.cmdlets.providers.locations import Place
from localazure.windows.machine.errors import MachineError
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.errors import error
from localazure.windows.powershell.values import Byte, PsObject

_ENCODING = Parameter("Encoding", kind=str, values=ENCODING_NAMES)
_WRITE = (
    Parameter("Path", position=0, kind=object, pipeline="property"),
    Parameter("LiteralPath", kind=object, pipeline="property", aliases=("PSPath",)),
    Parameter("Value", position=1, pipeline="both"),
    *FILTERS,
    _ENCODING,
    FORCE,
    CREDENTIAL,
    Parameter("NoNewline", switch=True),
    Parameter("PassThru", switch=True),
    Parameter("Stream", kind=str),
)


@command(
    "Get-Content",
    aliases=("gc", "cat", "type"),
    parameters=(
        *PATHS,
        Parameter("TotalCount", kind="System.Int64", aliases=("First", "Head")),
        Parameter("Tail", kind="System.Int32", aliases=("Last",)),
        Parameter("ReadCount", kind="System.Int64"),
        Parameter("Raw", switch=True),
        Parameter("Wait", switch=True),
        Parameter("Delimiter", kind=str),
        Parameter("Stream", kind=str),
        _ENCODING,
        *FILTERS,
        FORCE,
        CREDENTIAL,
    ),
)
def get_content(call: Call) -> Iterator[object]:
    if call.switch("Wait"):
        raise error(
            "System.Management.Automation.PSNotSupportedException",
            "The model's Get-Content cannot wait for more to come: read the file again instead.",
            "NotSupported",
            "NotImplemented",
        )
    for place in places(call):
        with reported(call):
            yield from _read(call, place)


def _read(call: Call, place: Place) -> Iterator[object]:
    if not isinstance(place.provider, FileSystemProvider):
        value = place.provider.item(place.path)
        yield call.engine.get_property(value, "Definition") or call.engine.get_property(value, "Value")
        return
    data = file_bytes(place)
    encoding = call.get("Encoding")
    if str(encoding).lower() == "byte":
        yield from _cut(call, [Byte(each) for each in data])
    elif call.switch("Raw"):
        if data:
            yield decode(data, encoding)
    else:
        text = decode(data, encoding)
        delimiter = call.get("Delimiter")
        yield from _grouped(call, _cut(call, text.split(str(delimiter)) if delimiter else lines(text)))


def _cut(call: Call, items: Sequence[object]) -> Sequence[object]:
    first, last = call.get("TotalCount"), call.get("Tail")
    if first is not None and int(first) >= 0:
        return items[: int(first)]
    if last is not None and int(last) >= 0:
        return items[-int(last) :] if int(last) else []
    return items


def _grouped(call: Call, items: Sequence[object]) -> Iterator[object]:
    size = call.get("ReadCount")
    if size is None or int(size) == 1:
        yield from items
        return
    step = int(size) or len(items) or 1
    for start in range(0, len(items), step):
        yield list(items[start : start + step])


def lines(text: str) -> list[object]:
    """Split at CR LF, LF or CR; a line end that ends the text begins no line."""
    found: list[object] = list(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return found[:-1] if found[-1] == "" else found


def file_bytes(place: Place) -> bytes:
    """Raises PsError as Get-Content does."""
    provider = place.provider
    if not isinstance(provider, FileSystemProvider):
        raise provider.unsupported()
    try:
        return provider.files.read_bytes(place.path)
    except MachineError as failure:
        ids = {5: "GetContentReaderUnauthorizedAccessError"}
        raise file_failure(failure, ids.get(failure.code, "GetContentReaderIOError")) from failure


@command("Set-Content", aliases=("sc",), should_process=True, parameters=_WRITE)
def set_content(call: Call) -> Iterator[object]:
    yield from _write(call, append=False)


@command("Add-Content", aliases=("ac",), should_process=True, parameters=_WRITE)
def add_content(call: Call) -> Iterator[object]:
    yield from _write(call, append=True)


def _write(call: Call, *, append: bool) -> Iterator[object]:
    items: list[object] = []
    texts: list[tuple[str, bool]] = []
    for record in call.records():
        value = record.get("Value")
        items += value if isinstance(value, list) else [] if value is None else [value]
        texts = texts or list(given_paths(call, record))
    for place in _written_places(call, texts):
        with reported(call):
            _write_one(call, place, items, append=append)
    if call.switch("PassThru"):
        yield from items


def _written_places(call: Call, texts: list[tuple[str, bool]]) -> list[Place]:
    literal = any(each for _, each in texts)
    named = Call(
        call.command,
        type(call.parameters)({"LiteralPath" if literal else "Path": [text for text, _ in texts]}),
        iter(()),
        call.engine,
        common=call.common,
    )
    return list(targets(named))


def _write_one(call: Call, place: Place, items: list[object], *, append: bool) -> None:
    provider = place.provider
    if not isinstance(provider, FileSystemProvider):
        provider.set_item(place.path, items[0] if len(items) == 1 else items)
        return
    if not call.should_process(place.text, "Add Content" if append else "Set Content"):
        return
    files = provider.files
    try:
        if call.switch("Force") and files.exists(place.path):
            files.set_attributes(place.path, read_only=False)
        known = files.read_bytes(place.path) if append and files.is_file(place.path) else b""
        data = _encoded(call, items, known)
        if append:
            with files.open(place.path, "a", "read") as file:
                file.write(data)
        else:
            # Opened and not replaced: whoever has it open for reading sees what Windows would show.
            files.write_bytes(place.path, data)
    except MachineError as failure:
        ids = {5: "GetContentWriterUnauthorizedAccessError", 3: "GetContentWriterDirectoryNotFoundError"}
        raise file_failure(failure, ids.get(failure.code, "GetContentWriterIOError")) from failure


def _encoded(call: Call, items: list[object], known: bytes) -> bytes:
    encoding = call.get("Encoding")
    if str(encoding).lower() == "byte":
        flat = [each for item in items for each in (item if isinstance(item, list | bytearray) else [item])]
        return bytes(int(call.engine.convert(each, Byte.type_name)) for each in flat)
    end = "" if call.switch("NoNewline") else "\r\n"
    text = "".join(call.engine.to_text(item) + end for item in items)
    return encode(text, encoding or encoding_of(known), first=not known)


@command("Clear-Content", aliases=("clc",), should_process=True, parameters=(*PATHS, *FILTERS, FORCE))
def clear_content(call: Call) -> None:
    for place in places(call):
        with reported(call):
            if not isinstance(place.provider, FileSystemProvider):
                raise place.provider.unsupported()
            place.provider.clear_content(place.path)


@command(
    "Get-FileHash",
    parameters=(
        *PATHS,
        Parameter(
            "Algorithm", kind=str, values=("SHA1", "SHA256", "SHA384", "SHA512", "MACTripleDES", "MD5", "RIPEMD160")
        ),
        Parameter("InputStream"),
    ),
)
def get_file_hash(call: Call) -> Iterator[object]:
    algorithm = str(call.get("Algorithm", "SHA256")).upper()
    stream = call.get("InputStream")
    if stream is not None:
        # From where the stream stands to its end.
        yield _hash(algorithm, stream.base.read(), "")
        return
    for place in places(call):
        with reported(call):
            if place.provider.is_container(place.path):
                continue
            yield _hash(algorithm, file_bytes(place), place.path)


def _hash(algorithm: str, data: bytes, path: str) -> PsObject:
    digest = hashlib.new(algorithm.lower(), data).hexdigest().upper()
    properties = {"Algorithm": algorithm, "Hash": digest, "Path": path}
    return PsObject.typed("Microsoft.Powershell.Utility.FileHash", properties)
