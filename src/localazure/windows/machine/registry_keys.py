"""The tree of keys behind the registry, and how its paths are read."""

from __future__ import annotations

from typing import Any

from localazure.windows.machine.errors import InvalidName
from localazure.windows.machine.registry_values import RegistryValue

_HIVES = {
    "hklm": "HKEY_LOCAL_MACHINE",
    "hku": "HKEY_USERS",
    "hkcr": r"HKEY_LOCAL_MACHINE\SOFTWARE\Classes",
    "hkey_classes_root": r"HKEY_LOCAL_MACHINE\SOFTWARE\Classes",
    "hkcc": r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Hardware Profiles\Current",
    "hkey_current_config": r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Hardware Profiles\Current",
}
ROOTS = ("HKEY_LOCAL_MACHINE", "HKEY_USERS")
_LINK = ["hkey_local_machine", "system", "currentcontrolset"]
_LONGEST_KEY_NAME = 255


class RegistryKey:
    __slots__ = ("keys", "name", "values", "volatile")

    def __init__(self, name: str, *, volatile: bool = False) -> None:
        self.name = name
        self.volatile = volatile
        self.values: dict[str, RegistryValue] = {}
        self.keys: dict[str, RegistryKey] = {}

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
    def from_json(cls, name: str, body: dict[str, Any]) -> RegistryKey:
        key = cls(name, volatile=body.get("volatile", False))
        key.values = {n.lower(): RegistryValue.from_json(n, v) for n, v in body.get("values", {}).items()}
        key.keys = {n.lower(): cls.from_json(n, k) for n, k in body.get("keys", {}).items()}
        return key


def split_key(path: str) -> list[str]:
    head, _, rest = path.partition("\\")
    head = _HIVES.get(head.lower().rstrip(":"), head.rstrip(":"))
    parts = [part for part in f"{head}\\{rest}".split("\\") if part]
    if [part.lower() for part in parts[:3]] == _LINK:
        parts[2] = "ControlSet001"
    return parts


def checked_name(name: str) -> str:
    if not name or len(name) > _LONGEST_KEY_NAME or "\0" in name:
        raise InvalidName(name, 87)
    return name


def drop_volatile(key: RegistryKey) -> None:
    key.keys = {name: child for name, child in key.keys.items() if not child.volatile}
    for child in key.keys.values():
        drop_volatile(child)
