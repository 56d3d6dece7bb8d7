"""Registry data as PowerShell values, and back."""

from __future__ import annotations

from localazure.windows.machine.environment import expand
from localazure.windows.machine.errors import MachineError
from localazure.windows.machine.registry_values import RegistryData, RegistryKind, RegistryValue
from localazure.windows.powershell.engine_api import EngineApi
from localazure.windows.powershell.errors import PsError, error
from localazure.windows.powershell.values import Byte, Long, PsObject, TypedArray

_KINDS = {
    "string": RegistryKind.STRING,
    "expandstring": RegistryKind.EXPAND_STRING,
    "binary": RegistryKind.BINARY,
    "dword": RegistryKind.DWORD,
    "multistring": RegistryKind.MULTI_STRING,
    "qword": RegistryKind.QWORD,
    "none": RegistryKind.NONE,
}
_BITS = {RegistryKind.DWORD: 32, RegistryKind.QWORD: 64}


def value_of(engine: EngineApi, value: RegistryValue, *, expanded: bool = True) -> object:
    """What Get-ItemProperty shows: DWORDs are signed, REG_EXPAND_SZ is expanded."""
    data = value.data
    if isinstance(data, int):
        bits = _BITS[value.kind]
        signed = data - (1 << bits) if data >= 1 << (bits - 1) else data
        return Long(signed) if bits == 64 else signed
    if isinstance(data, bytes):
        return bytearray(data)
    if isinstance(data, list):
        return TypedArray(data, "System.String")
    if value.kind is RegistryKind.EXPAND_STRING and expanded:
        return expand(data, dict(engine.host.environment))
    return data


def kind_for(asked: str | None, known: RegistryValue | None, value: object) -> RegistryKind:
    """The kind that was asked for, else the one the value has, else what the data looks like."""
    if asked and asked.lower() != "unknown":
        found = _KINDS.get(asked.lower())
        if found is None:
            raise error(
                "System.ArgumentException", f"The type '{asked}' is not a known registry type.", "", "InvalidArgument"
            )
        return found
    if known is not None:
        return known.kind
    if isinstance(value, Long):
        return RegistryKind.QWORD
    if isinstance(value, int) and not isinstance(value, bool):
        return RegistryKind.DWORD if -(1 << 31) <= value < 1 << 31 else RegistryKind.QWORD
    if isinstance(value, bytearray):
        return RegistryKind.BINARY
    return RegistryKind.MULTI_STRING if isinstance(value, list) else RegistryKind.STRING


def stored(engine: EngineApi, value: object, kind: RegistryKind) -> RegistryData:
    """The data to keep. Raises PsError when it does not fit the kind."""
    if isinstance(value, PsObject) and value.base is not None:
        value = value.base
    if kind in _BITS:
        return _number(engine, value, kind)
    if kind in {RegistryKind.BINARY, RegistryKind.NONE}:
        items = value if isinstance(value, list | bytearray) else [] if value is None else [value]
        return bytes(int(engine.convert(each, Byte.type_name)) for each in items)
    if kind is RegistryKind.MULTI_STRING:
        items = value if isinstance(value, list) else [] if value is None else [value]
        return [engine.to_text(each) for each in items]
    return "" if value is None else engine.to_text(value)


def _number(engine: EngineApi, value: object, kind: RegistryKind) -> int:
    if value is None:
        return 0
    try:
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << _BITS[kind]:
            return int(value)
        return int(engine.convert(value, "System.Int32" if kind is RegistryKind.DWORD else "System.Int64"))
    except (PsError, MachineError) as failure:
        raise error(
            "System.ArgumentException",
            "The type of the value object did not match the specified RegistryValueKind or the object could not be "
            "properly converted.",
            "System.ArgumentException",
            "InvalidArgument",
        ) from failure
