r"""System.IO.Path: Windows paths as text; and the attributes of files."""

import ntpath
import secrets
from typing import Any

from localazure.windows.powershell.dotnet.building import Members, argument_null, declare, with_engine
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.types import enumeration
from localazure.windows.powershell.values import Char


def _combined(*parts: object) -> str:
    if any(part is None for part in parts):
        raise argument_null("path1")
    return ntpath.join(*(to_text(part) for part in parts))


def _extension_changed(path: object, extension: object) -> str:
    stem = ntpath.splitext(to_text(path))[0]
    if extension is None:
        return stem
    added = to_text(extension)
    return f"{stem}{'' if added.startswith('.') else '.'}{added}"


def _directory(path: object) -> str | None:
    text = to_text(path).replace("/", "\\")
    parent = ntpath.dirname(text)
    return None if parent == text else parent


def _full(engine: Any, path: object) -> str:
    return ntpath.normpath(ntpath.join(engine.location, to_text(path)))


def _temporary(engine: Any) -> str:
    found = next((text for key, text in engine.host.environment.items() if key.upper() == "TEMP"), r"C:\Windows\TEMP")
    return found.rstrip("\\") + "\\"


def _random_name() -> str:
    letters = "abcdefghijklmnopqrstuvwxyz012345"
    return "".join(secrets.choice(letters) for _ in range(8)) + "." + "".join(secrets.choice(letters) for _ in range(3))


PATH = declare(
    "System.IO.Path",
    Members(
        static={
            "ChangeExtension": _extension_changed,
            "Combine": _combined,
            "GetDirectoryName": _directory,
            "GetExtension": lambda path: ntpath.splitext(to_text(path))[1],
            "GetFileName": lambda path: ntpath.basename(to_text(path)),
            "GetFileNameWithoutExtension": lambda path: ntpath.splitext(ntpath.basename(to_text(path)))[0],
            "GetFullPath": with_engine(_full),
            "GetInvalidFileNameChars": lambda: [Char(char) for char in '"<>|\0:*?\\/'],
            "GetPathRoot": lambda path: ntpath.splitdrive(to_text(path))[0] + "\\",
            "GetRandomFileName": _random_name,
            "GetTempPath": with_engine(_temporary),
            "HasExtension": lambda path: bool(ntpath.splitext(to_text(path))[1]),
            "IsPathRooted": lambda path: to_text(path)[:1] in {"\\", "/"} or to_text(path)[1:2] == ":",
        },
        constants={
            "AltDirectorySeparatorChar": Char("/"),
            "DirectorySeparatorChar": Char("\\"),
            "PathSeparator": Char(";"),
        },
    ),
)
ATTRIBUTES = enumeration(
    "System.IO.FileAttributes",
    {
        "ReadOnly": 1,
        "Hidden": 2,
        "System": 4,
        "Directory": 16,
        "Archive": 32,
        "Normal": 128,
        "Temporary": 256,
        "SparseFile": 512,
        "ReparsePoint": 1024,
        "Compressed": 2048,
        "Offline": 4096,
        "NotContentIndexed": 8192,
        "Encrypted": 16384,
    },
    flags=True,
)
