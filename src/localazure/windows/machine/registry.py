r"""The registry: keys and values, case-insensitive and case-preserving, with volatile keys that a reboot takes away.

Paths are written ``HKLM\SOFTWARE\...`` or ``HKEY_LOCAL_MACHINE\SOFTWARE\...``; ``/`` is part of a name, as in Windows.
HKEY_CURRENT_USER needs to know whose: ask for ``user_path(sid, path)``.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

from localazure.windows.machine.errors import InvalidName, MachineError, NotFound
from localazure.windows.machine.registry_keys import ROOTS, RegistryKey, checked_name, drop_volatile, split_key
from localazure.windows.machine.registry_values import RegistryData, RegistryKind, RegistryValue


class Registry:
    """Every method takes the machine's lock. Keys that are not there raise NotFound (2), except where it says else."""

    def __init__(self, body: dict[str, Any] | None = None, lock: threading.RLock | None = None) -> None:
        self._lock = lock or threading.RLock()
        self._root = RegistryKey.from_json("", body or {})
        for name in ROOTS:
            self._root.keys.setdefault(name.lower(), RegistryKey(name))

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
            for part in split_key(path):
                key = self._child(key, part, volatile=volatile)
                names.append(key.name)
            return "\\".join(names)

    def delete_key(self, path: str) -> None:
        """Delete the key with all below it."""
        with self._lock:
            parts = split_key(path)
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
            for part in split_key(path):
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
            parts = split_key(path)
            parent = self._require("\\".join(parts[:-1]))
            self._require(path)
            if name.lower() in parent.keys and name.lower() != parts[-1].lower():
                raise MachineError(183, name)
            key = parent.keys.pop(parts[-1].lower())
            key.name = checked_name(name)
            parent.keys[name.lower()] = key

    def copy_key(self, source: str, target: str) -> None:
        """Copy a key with all below it onto ``target``, merging with what is there."""
        with self._lock:
            copied = RegistryKey.from_json("", self._require(source).to_json())
            self.create_key(target)
            found = self._require(target)
            found.values.update(copied.values)
            found.keys.update(copied.keys)

    def drop_volatile(self) -> None:
        """What a reboot does: volatile keys are gone."""
        with self._lock:
            drop_volatile(self._root)

    def walk(self, path: str) -> Iterator[str]:
        """The paths of all keys below, parents first."""
        for name in self.subkeys(path):
            yield f"{path}\\{name}"
            yield from self.walk(f"{path}\\{name}")

    def _find(self, path: str) -> RegistryKey | None:
        key: RegistryKey | None = self._root
        for part in split_key(path):
            key = key.keys.get(part.lower()) if key else None
        return key

    def _require(self, path: str) -> RegistryKey:
        found = self._find(path)
        if found is None:
            raise NotFound(path)
        return found

    def _child(self, key: RegistryKey, name: str, *, volatile: bool) -> RegistryKey:
        found = key.keys.get(name.lower())
        if found is not None:
            return found
        if key is self._root:
            raise InvalidName(name, 87)
        if key.volatile and not volatile:
            raise MachineError(1021, name)
        # Only keys made now are volatile: those above keep what they are.
        return key.keys.setdefault(name.lower(), RegistryKey(checked_name(name), volatile=volatile))


def user_path(sid: str, path: str) -> str:
    r"""``HKCU\...`` as that user sees it; other paths unchanged."""
    head, _, rest = path.partition("\\")
    if head.lower().rstrip(":") in {"hkcu", "hkey_current_user"}:
        return f"HKEY_USERS\\{sid}\\{rest}".rstrip("\\")
    return path
