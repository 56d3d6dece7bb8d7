"""System.IO.File and FileStream over the machine's files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from localazure.windows.cmdlets.encodings import decode
from localazure.windows.cmdlets.failures import file_failure
from localazure.windows.cmdlets.session import machine_of
from localazure.windows.machine.errors import MachineError
from localazure.windows.machine.open_files import OpenFile, Share
from localazure.windows.machine.paths import WindowsPath
from localazure.windows.powershell.dotnet.building import Members, argument_wrong, declare, with_engine
from localazure.windows.powershell.dotnet.encodings import UTF8_BARE, encoding_of
from localazure.windows.powershell.engine_api import EngineApi
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.types import DotnetType
from localazure.windows.powershell.values import Getter, Long, PsObject

_MODES = {"open": "r+", "openorcreate": "rw", "create": "w", "createnew": "x", "append": "a", "truncate": "w"}
_SHARES: dict[str, Share] = {"none": "none", "read": "read", "write": "write", "readwrite": "all"}
_FROM = {"begin": os.SEEK_SET, "current": os.SEEK_CUR, "end": os.SEEK_END}


@contextmanager
def said() -> Iterator[None]:
    """Raises what the machine refuses as PowerShell says it."""
    try:
        yield
    except MachineError as failure:
        raise file_failure(failure) from failure


def place_of(engine: EngineApi, path: object) -> WindowsPath:
    """Where a path leads from PowerShell's location. Raises MachineError."""
    return machine_of(engine).files.path(to_text(path), engine.location)


def _open(
    engine: EngineApi, path: object, mode: object, access: object = "ReadWrite", share: object = "None"
) -> PsObject:
    named = to_text(mode).lower()
    if named not in _MODES:
        raise argument_wrong("Enum value was out of legal range.", "mode")
    how = "r" if named == "open" and to_text(access).lower() == "read" else _MODES[named]
    with said():
        place = place_of(engine, path)
        return _stream(machine_of(engine).files.open(place, how, _SHARES[to_text(share).lower()]), str(place))


def _stream(file: OpenFile, name: str) -> PsObject:
    def length() -> Long:
        at = file.tell()
        end = file.seek(0, os.SEEK_END)
        file.seek(at)
        return Long(end)

    def read(buffer: bytearray, offset: int, count: int) -> int:
        data = file.read(count)
        buffer[offset : offset + len(data)] = data
        return len(data)

    def write(buffer: bytearray, offset: int, count: int) -> None:
        with said():
            file.write(memoryview(buffer)[offset : offset + count])

    def set_length(size: int) -> None:
        with said():
            file.truncate(int(size))

    methods: dict[str, Callable[..., object]] = {
        "Read": read,
        "Write": write,
        "Seek": lambda offset, origin: Long(file.seek(int(offset), _FROM[to_text(origin).lower()])),
        "SetLength": set_length,
        "Flush": lambda *_: None,
        "Close": file.close,
        "Dispose": file.close,
    }
    properties: dict[str, object] = {
        "Name": name,
        "Length": Getter(lambda _: length()),
        "Position": Getter(lambda _: Long(file.tell())),
    }
    made = PsObject.typed("System.IO.FileStream", properties, methods)
    made.base = file
    return made


def _replace(engine: EngineApi, source: object, target: object, backup: object, *_: object) -> None:
    files = machine_of(engine).files
    with said():
        new, old = place_of(engine, source), place_of(engine, target)
        if backup is not None and to_text(backup):
            files.move(old, place_of(engine, backup), overwrite=True)
        files.move(new, old, overwrite=True)


def _move(engine: EngineApi, source: object, target: object) -> None:
    with said():
        machine_of(engine).files.move(place_of(engine, source), place_of(engine, target))


def _delete(engine: EngineApi, path: object) -> None:
    files = machine_of(engine).files
    with said():
        place = place_of(engine, path)
        if files.is_file(place):
            files.delete(place)


def _exists(engine: EngineApi, path: object) -> bool:
    try:
        return bool(machine_of(engine).files.is_file(place_of(engine, path)))
    except MachineError:
        return False


def _read_all(engine: EngineApi, path: object) -> bytearray:
    with said():
        return bytearray(machine_of(engine).files.read_bytes(place_of(engine, path)))


def _write_all(engine: EngineApi, path: object, data: bytearray) -> None:
    with said():
        machine_of(engine).files.write_bytes(place_of(engine, path), bytes(data))


def _write_text(engine: EngineApi, path: object, text: object, encoding: object = UTF8_BARE) -> None:
    chosen = encoding_of(encoding)
    with said():
        machine_of(engine).files.write_bytes(place_of(engine, path), chosen.preamble + chosen.encode(to_text(text)))


FILE = declare(
    "System.IO.File",
    Members(
        static={
            "Open": with_engine(_open),
            "OpenRead": with_engine(lambda engine, path: _open(engine, path, "Open", "Read", "Read")),
            "Create": with_engine(lambda engine, path: _open(engine, path, "Create")),
            "Exists": with_engine(_exists),
            "Delete": with_engine(_delete),
            "Move": with_engine(_move),
            "Replace": with_engine(_replace),
            "ReadAllBytes": with_engine(_read_all),
            "ReadAllText": with_engine(lambda engine, path: decode(bytes(_read_all(engine, path)))),
            "WriteAllBytes": with_engine(_write_all),
            "WriteAllText": with_engine(_write_text),
        }
    ),
)


def file_types() -> list[DotnetType]:
    return [FILE]
