"""A registry value: its name, its kind and its data, and how it is kept in JSON."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from localazure.windows.machine.errors import MachineError

RegistryData = str | int | bytes | list[str]


class RegistryKind(StrEnum):
    STRING = "REG_SZ"
    EXPAND_STRING = "REG_EXPAND_SZ"
    BINARY = "REG_BINARY"
    DWORD = "REG_DWORD"
    MULTI_STRING = "REG_MULTI_SZ"
    QWORD = "REG_QWORD"
    NONE = "REG_NONE"


_LIMITS = {RegistryKind.DWORD: 1 << 32, RegistryKind.QWORD: 1 << 64}
_TYPES: dict[RegistryKind, type] = {
    RegistryKind.STRING: str,
    RegistryKind.EXPAND_STRING: str,
    RegistryKind.BINARY: bytes,
    RegistryKind.NONE: bytes,
    RegistryKind.DWORD: int,
    RegistryKind.QWORD: int,
    RegistryKind.MULTI_STRING: list,
}


@dataclass(frozen=True)
class RegistryValue:
    """``data`` is unsigned for numbers: a DWORD of -1 is read as 4294967295."""

    name: str
    kind: RegistryKind
    data: RegistryData

    @classmethod
    def make(cls, name: str, data: RegistryData, kind: RegistryKind | None = None) -> RegistryValue:
        """Check the data against the kind, guessed from the data's type when None. Raises MachineError (87)."""
        kind = kind or _kind_of(data)
        if not isinstance(data, _TYPES[kind]):
            raise MachineError(87, name)
        if isinstance(data, int):
            data = _unsigned(name, int(data), _LIMITS[kind])
        return cls(name, kind, list(data) if isinstance(data, list) else data)

    def to_json(self) -> list[Any]:
        return [self.kind.value, self.data.hex() if isinstance(self.data, bytes) else self.data]

    @classmethod
    def from_json(cls, name: str, body: list[Any]) -> RegistryValue:
        kind = RegistryKind(body[0])
        return cls(name, kind, bytes.fromhex(body[1]) if _TYPES[kind] is bytes else body[1])


def _kind_of(data: RegistryData) -> RegistryKind:
    if isinstance(data, str):
        return RegistryKind.STRING
    if isinstance(data, int):
        return RegistryKind.DWORD if -(1 << 31) <= data < 1 << 32 else RegistryKind.QWORD
    return RegistryKind.MULTI_STRING if isinstance(data, list) else RegistryKind.BINARY


def _unsigned(name: str, number: int, limit: int) -> int:
    if not -(limit // 2) <= number < limit:
        raise MachineError(87, name)
    return number % limit
