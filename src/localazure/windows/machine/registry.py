r"""The registry: keys and values, case-insensitive and case-preserving, with volatile keys that a reboot takes away.

Paths are written ``HKLM\SOFTWARE\...`` or ``HKEY_LOCAL_MACHINE\SOFTWARE\...``; ``/`` is part of a name, as in Windows.
HKEY_CURRENT_USER needs to know whose: ask for ``user_path(sid, path)``.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

from localazure.windows.machine.errors import InvalidName, MachineError, NotFound
from localazure.windows.machine.registry_values import RegistryData, RegistryKind, RegistryValue

_HIVES = {
    "hklm": "HKEY_LOCAL_MACHINE",
    "hku": "HKEY_USERS",
    "hkcr": r"HKEY_LOCAL_MACHINE\SOFTWARE\Classes",
    "hkey_classes_root": r"HKEY_LOCAL_MACHINE\SOFTWARE\Classes",
    "hkcc": r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Hardware Profiles\Current",
    "hkey_current_config": r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Hardware Profiles\Current",
}
_ROOTS = ("HKEY_LOCAL_MACHINE", "HKEY_USERS")
_LINK = ["hkey_local_machine", "system", "currentcontrolset"]
_LONGEST_KEY_NAME = 255


class _Key:
    __slots__ = ("keys", "name", "values", "volatile")

    def __init__(self, name: str, *, volatile: bool = False) -> None:
        self.name = name
        self.volatile = volatile
        self.values: dict[str, RegistryValue] = {}
        self.keys: dict[str, _Key] = {}

    def to_json(self) -> dict[str, Any]:
        body: dict[str, Any] = {}
        if self.values:
            body["values"] = {value.name: value.to_json() for value in self.values.values()}
        if self.keys:
            body["keys"] = {key.name: key.to_json() for key in self.keys.values()}
        if self.volatile:
            body["volatile"] = True
        return body

    @classmethod
    def from_json(cls, name: str, body: dict[str, Any]) -> _Key:
        key = cls(name, volatile=body.get("volatile", False))
        key.values = {n.lower(): RegistryValue.from_json(n, v) for n, v in body.get("values", {}).items()}
        key.keys = {n.lower(): cls.from_json(n, k) for n, k in body.get("keys", {}).items()}
        return key


class Registry:
    """Every method takes the machine's lock. Keys that are not there raise NotFound (2), except where it says else."""

    def __init__(self, body: dict[str, Any] | None = None, lock: threading.RLock | None = None) -> None:
        self._lock = lock or threading.RLock()
        self._root = _Key.from_json("", body or {})
        for name in _ROOTS:
            self._root.keys.setdefault(name.lower(), _Key(name))

    def to_json(self) -> dict[str, Any]:
        with self._lock:
            return self._root.to_json()

    def key_exists(self, path: str) -> bool:
        with self._lock:
            return self._find(path) is not None

    def create_key(self, path: str, *, volatile: bool = False) -> str:
        """Make the key and those above it; one that exists is kept. Returns the path as the registry spells it."""
        with self._lock:
            key, names = self._root, []
            for part in _parts(path):
                key = self._child(key, part, volatile=volatile)
                names.append(key.name)
            return "\\".join(names)

    def delete_key(self, path: str) -> None:
        """Delete the key with all below it."""
        with self._lock:
            parts = _parts(path)
            if len(parts) < 2:
                raise MachineError(5, path)
            self._require(path)
            del self._require("\\".join(parts[:-1])).keys[parts[-1].lower()]

    def subkeys(self, path: str) -> list[str]:
        with self._lock:
            return [key.name for key in self._require(path).keys.values()]

    def spelling(self, path: str) -> str:
        r"""The full path as the registry spells it, ``HKEY_LOCAL_MACHINE\...``."""
        with self._lock:
            self._require(path)
            key, names = self._root, []
            for part in _parts(path):
                key = key.keys[part.lower()]
                names.append(key.name)
            return "\\".join(names)

    def values(self, path: str) -> list[RegistryValue]:
        with self._lock:
            return list(self._require(path).values.values())

    def value(self, path: str, name: str) -> RegistryValue | None:
        """The value, or None when it or its key is not there; the default value's name is the empty string."""
        with self._lock:
            key = self._find(path)
            return key.values.get(name.lower()) if key else None

    def get(self, path: str, name: str, default: RegistryData | None = None) -> RegistryData | None:
        """A value's data, or ``default`` when the value or its key is not there."""
        found = self.value(path, name)
        return default if found is None else found.data

    def text(self, path: str, name: str, default: str = "") -> str:
        found = self.get(path, name)
        return found if isinstance(found, str) else default

    def number(self, path: str, name: str, default: int = 0) -> int:
        found = self.get(path, name)
        return found if isinstance(found, int) else default

    def set(self, path: str, name: str, data: RegistryData, kind: RegistryKind | None = None) -> None:
        """Write a value, making its key where it is not there; without ``kind`` the data's type decides.

        Raises:
            MachineError: 87, the data does not fit the kind.
        """
        value = RegistryValue.make(name, data, kind)
        with self._lock:
            self.create_key(path)
            self._require(path).values[name.lower()] = value

    def delete_value(self, path: str, name: str) -> None:
        with self._lock:
            if self._require(path).values.pop(name.lower(), None) is None:
                raise NotFound(f"{path}\\{name}")

    def discard(self, path: str, name: str | None = None) -> None:
        """Delete the value, or without ``name`` the key; what is not there is no error."""
        with self._lock:
            key = self._find(path)
            if key and name is None:
                self.delete_key(path)
            elif key and name is not None:
                key.values.pop(name.lower(), None)

    def rename_key(self, path: str, name: str) -> None:
        with self._lock:
            parts = _parts(path)
            parent = self._require("\\".join(parts[:-1]))
            self._require(path)
            if name.lower() in parent.keys and name.lower() != parts[-1].lower():
                raise MachineError(183, name)
            key = parent.keys.pop(parts[-1].lower())
            key.name = _checked(name)
            parent.keys[name.lower()] = key

    def copy_key(self, source: str, target: str) -> None:
        """Copy a key with all below it onto ``target``, merging with what is there."""
        with self._lock:
            copied = _Key.from_json("", self._require(source).to_json())
            self.create_key(target)
            found = self._require(target)
            found.values.update(copied.values)
            found.keys.update(copied.keys)

    def drop_volatile(self) -> None:
        """What a reboot does: volatile keys are gone."""
        with self._lock:
            _drop_volatile(self._root)

    def walk(self, path: str) -> Iterator[str]:
        """The paths of all keys below, parents first."""
        for name in self.subkeys(path):
            yield f"{path}\\{name}"
            yield from self.walk(f"{path}\\{name}")

    def _find(self, path: str) -> _Key | None:
        key: _Key | None = self._root
        for part in _parts(path):
            key = key.keys.get(part.lower()) if key else None
        return key

    def _require(self, path: str) -> _Key:
        found = self._find(path)
        if found is None:
            raise NotFound(path)
        return found

    def _child(self, key: _Key, name: str, *, volatile: bool) -> _Key:
        found = key.keys.get(name.lower())
        if found is not None:
            return found
        if key is self._root:
            raise InvalidName(name, 87)
        if key.volatile and not volatile:
            raise MachineError(1021, name)
        # Only keys made now are volatile: those above keep what they are.
        return key.keys.setdefault(name.lower(), _Key(_checked(name), volatile=volatile))


def user_path(sid: str, path: str) -> str:
    r"""``HKCU\...`` as that user sees it; other paths unchanged."""
    head, _, rest = path.partition("\\")
    if head.lower().rstrip(":") in {"hkcu", "hkey_current_user"}:
        return f"HKEY_USERS\\{sid}\\{rest}".rstrip("\\")
    return path


def _parts(path: str) -> list[str]:
    head, _, rest = path.partition("\\")
    head = _HIVES.get(head.lower().rstrip(":"), head.rstrip(":"))
    parts = [part for part in f"{head}\\{rest}".split("\\") if part]
    if [part.lower() for part in parts[:3]] == _LINK:
        parts[2] = "ControlSet001"
    return parts


def _checked(name: str) -> str:
    if not name or len(name) > _LONGEST_KEY_NAME or "\0" in name:
        raise InvalidName(name, 87)
    return name


def _drop_volatile(key: _Key) -> None:
    key.keys = {name: child for name, child in key.keys.items() if not child.volatile}
    for child in key.keys.values():
        _drop_volatile(child)
