"""Files and folders as System.IO.FileInfo and DirectoryInfo."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import cast

from localazure.windows.cmdlets.failures import file_failure
from localazure.windows.cmdlets.times import local, utc
from localazure.windows.machine.errors import MachineError
from localazure.windows.machine.file_info import FileInfo
from localazure.windows.machine.files import FileSystem
from localazure.windows.powershell.values import EnumValue, Getter, Long, Property, PsObject

_ATTRIBUTES = {"ReadOnly": 1, "Hidden": 2, "System": 4, "Directory": 16, "Archive": 32, "Normal": 128}
_ENUM = "System.IO.FileAttributes"


def file_item(files: FileSystem, info: FileInfo, *, by_name: bool = False) -> PsObject:
    """The item; ``by_name``: it came from listing its folder, and so says only its name as text."""
    path = str(info.path)
    kind = "DirectoryInfo" if info.is_folder else "FileInfo"
    item = PsObject.typed(
        f"System.IO.{kind}",
        {
            "Name": info.name or path,
            "FullName": path,
            "Exists": Getter(lambda _: files.exists(path)),
            "Extension": _extension(info.name),
            "Mode": _mode(info),
            "BaseName": info.name if info.is_folder else _base_name(info.name),
            "PSIsContainer": info.is_folder,
            "Attributes": Property(
                lambda _: attributes(files, path), lambda _, value: set_attributes(files, path, value)
            ),
            **_times(files, path),
        },
        {"Delete": lambda *how: _on_disk(lambda: files.delete(path, recurse=bool(how and how[0])))},
        text=info.name if by_name and info.name else path,
    )
    item.type_names.insert(1, "System.IO.FileSystemInfo")
    item.properties.update(_folder_part(files, info) if info.is_folder else _file_part(files, info))
    return item


def attributes(files: FileSystem, path: str) -> EnumValue:
    found = files.metadata(path)
    names = [
        name
        for name, present in (
            ("ReadOnly", found.read_only),
            ("Hidden", found.hidden),
            ("System", found.system),
            ("Directory", found.is_folder),
            ("Archive", not found.is_folder),
        )
        if present
    ]
    return EnumValue(_ENUM, ", ".join(names), sum(_ATTRIBUTES[name] for name in names))


def set_attributes(files: FileSystem, path: str, value: object) -> None:
    """From names, an enumeration value or a number."""
    if isinstance(value, int):
        wanted = {name.lower() for name, bit in _ATTRIBUTES.items() if value & bit}
    else:
        wanted = {name.strip().lower() for name in str(value).split(",")}
    _on_disk(
        lambda: files.set_attributes(
            path, read_only="readonly" in wanted, hidden="hidden" in wanted, system="system" in wanted
        )
    )


def _file_part(files: FileSystem, info: FileInfo) -> dict[str, object]:
    folder = str(info.path.parent)
    return {
        "Length": Long(info.size),
        "DirectoryName": folder,
        "Directory": Getter(lambda _: file_item(files, files.metadata(folder))),
        "IsReadOnly": Property(
            lambda _: files.metadata(info.path).read_only,
            lambda _, value: _on_disk(lambda: files.set_attributes(info.path, read_only=bool(value))),
        ),
    }


def _folder_part(files: FileSystem, info: FileInfo) -> dict[str, object]:
    top = not info.path.names
    return {
        "Parent": Getter(lambda _: None if top else file_item(files, files.metadata(info.path.parent))),
        "Root": f"{info.path.drive}:\\",
    }


def _times(files: FileSystem, path: str) -> dict[str, object]:
    def read(name: str, *, in_utc: bool) -> Callable[[PsObject], object]:
        def get(_: PsObject) -> object:
            found: datetime = getattr(files.metadata(path), name)
            return found if in_utc else local(found)

        return get

    def write(name: str) -> Callable[[PsObject, object], None]:
        def put(_: PsObject, value: object) -> None:
            moment = utc(cast(datetime, value))
            _on_disk(lambda: files.set_times(path, **{name: moment}))

        return put

    found: dict[str, object] = {}
    for name, of in (("CreationTime", "created"), ("LastWriteTime", "written"), ("LastAccessTime", "written")):
        found[name] = Property(read(of, in_utc=False), write(of))
        found[f"{name}Utc"] = Property(read(of, in_utc=True), write(of))
    return found


def _mode(info: FileInfo) -> str:
    letters = (
        ("d", info.is_folder), ("a", not info.is_folder), ("r", info.read_only), ("h", info.hidden), ("s", info.system),
    )  # fmt: skip
    return "".join(letter if present else "-" for letter, present in letters) + "-"


def _extension(name: str) -> str:
    return name[name.rfind(".") :] if "." in name else ""


def _base_name(name: str) -> str:
    return name[: name.rfind(".")] if "." in name else name


def _on_disk(action: Callable[[], None]) -> None:
    try:
        action()
    except MachineError as failure:
        raise file_failure(failure) from failure
