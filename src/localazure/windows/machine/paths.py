r"""Windows paths: parsed, made absolute and checked by Win32's own rules, before anything touches the host's disk.

Rules: learn.microsoft.com, "Naming Files, Paths, and Namespaces" (characters, device names, trailing dots and spaces,
``.`` and ``..``, ``\\?\``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from localazure.windows.machine.errors import InvalidName, MachineError

_FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f]')
_DEVICE = re.compile(r"^(con|prn|aux|nul|conin\$|conout\$|com[1-9¹²³]|lpt[1-9¹²³])\s*(\.|$)", re.IGNORECASE)
_LONGEST_NAME = 255
_LONGEST_PATH = 32767


@dataclass(frozen=True)
class WindowsPath:
    """An absolute path: a drive letter in upper case, and names below it."""

    drive: str
    names: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.drive}:\\" + "\\".join(self.names)

    @property
    def name(self) -> str:
        return self.names[-1] if self.names else ""

    @property
    def parent(self) -> WindowsPath:
        """The folder it is in; a drive's root is its own."""
        return WindowsPath(self.drive, self.names[:-1])

    @property
    def key(self) -> str:
        """The same for every spelling of the path."""
        return fold(str(self))

    def __truediv__(self, name: str) -> WindowsPath:
        return parse_path(name, self)

    def is_below(self, other: WindowsPath) -> bool:
        mine, theirs = self.key.rstrip("\\"), other.key.rstrip("\\")
        return mine == theirs or mine.startswith(f"{theirs}\\")


ROOT = WindowsPath("C", ())


def fold(name: str) -> str:
    """NTFS compares names by upper case, character by character: its table maps none to two."""
    return "".join(upper if len(upper := char.upper()) == 1 else char for char in name)


def parse_path(text: str, folder: WindowsPath = ROOT) -> WindowsPath:
    """Make a path absolute from ``folder``.

    Raises:
        MachineError: 123 for a name Windows does not take, 53 for another machine's share, 206 for one too long.
    """
    drive, rest, rooted = _split(text, folder)
    names = [] if rooted else list(folder.names)
    for part in rest.split("\\"):
        if part == "..":
            names = names[:-1]
        elif part not in {"", "."}:
            names.append(_checked(part, text))
    if sum(len(name) + 1 for name in names) > _LONGEST_PATH:
        raise MachineError(206, text)
    return WindowsPath(drive, tuple(names))


def _split(text: str, folder: WindowsPath) -> tuple[str, str, bool]:
    """Drive, the rest, and whether the rest starts at the drive's root."""
    if not text.strip() or "\0" in text:
        raise InvalidName(text)
    text = text.replace("/", "\\")
    if text.startswith(("\\\\?\\", "\\\\.\\")):
        text = text[4:]
    if text.startswith("\\\\"):
        raise MachineError(53, text)
    found = re.match(r"^([A-Za-z]):(.*)$", text, re.DOTALL)
    if not found:
        return folder.drive, text, text.startswith("\\")
    drive, rest = found[1].upper(), found[2]
    return drive, rest, rest.startswith("\\") or drive != folder.drive


def _checked(name: str, path: str) -> str:
    name = name.rstrip(". ")
    if not name or _FORBIDDEN.search(name) or _DEVICE.match(name):
        raise InvalidName(path)
    if len(name.encode("utf-16-le", "surrogatepass")) // 2 > _LONGEST_NAME:
        raise MachineError(206, path)
    try:
        name.encode()
    except UnicodeEncodeError as error:
        # An unpaired surrogate: NTFS takes it, the host's file system does not.
        raise InvalidName(path) from error
    return name
