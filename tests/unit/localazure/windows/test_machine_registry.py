"""The registry finds keys in any case, keeps their spelling, and a reboot takes what is volatile."""

import json

import pytest

from localazure.windows.machine.errors import MachineError, NotFound
from localazure.windows.machine.registry import Registry, user_path
from localazure.windows.machine.registry_values import RegistryData, RegistryKind

KEY = r"HKLM\SOFTWARE\Contoso\Agent"


def test_a_key_is_found_under_every_name_windows_has_for_it() -> None:
    registry = Registry()
    registry.set(KEY, "Port", 5986)
    for path in (r"hkey_local_machine\software\CONTOSO\agent", r"HKLM:\Software\Contoso\Agent"):
        assert registry.get(path, "PORT") == 5986
    assert registry.spelling(r"hklm\software\contoso\agent") == r"HKEY_LOCAL_MACHINE\SOFTWARE\Contoso\Agent"
    registry.set(r"HKLM\SYSTEM\CurrentControlSet\Services\x", "Start", 2)
    assert registry.get(r"HKLM\SYSTEM\ControlSet001\Services\X", "start") == 2
    registry.set(r"HKCR\.txt", "", "txtfile")
    assert registry.text(r"HKLM\SOFTWARE\Classes\.txt", "") == "txtfile"
    assert user_path("S-1-5-21-1", r"HKCU\Environment") == r"HKEY_USERS\S-1-5-21-1\Environment"


def test_data_of_every_kind_outlives_json() -> None:
    registry = Registry()
    kinds: dict[str, tuple[RegistryData, RegistryKind]] = {
        "text": ("x", RegistryKind.STRING),
        "path": ("%TEMP%", RegistryKind.EXPAND_STRING),
        "bytes": (b"\x00\xff", RegistryKind.BINARY),
        "many": (["a", "b"], RegistryKind.MULTI_STRING),
        "big": (1 << 40, RegistryKind.QWORD),
    }
    for name, (data, kind) in kinds.items():
        registry.set(KEY, name, data, kind)
    again = Registry(json.loads(json.dumps(registry.to_json())))
    assert {value.name: (value.data, value.kind) for value in again.values(KEY)} == kinds


def test_numbers_are_unsigned_and_bounded() -> None:
    registry = Registry()
    registry.set(KEY, "all", -1)
    assert registry.get(KEY, "all") == 0xFFFFFFFF
    for data, kind in ((1 << 32, RegistryKind.DWORD), ("5", RegistryKind.DWORD), (5, RegistryKind.STRING)):
        with pytest.raises(MachineError) as error:
            registry.set(KEY, "bad", data, kind)
        assert error.value.code == 87


def test_a_reboot_takes_volatile_keys_and_what_is_below_them() -> None:
    registry = Registry()
    registry.create_key(KEY)
    registry.create_key(rf"{KEY}\RebootPending\x", volatile=True)
    with pytest.raises(MachineError, match="stable subkey under a volatile parent"):
        registry.create_key(rf"{KEY}\RebootPending\stable")
    registry.drop_volatile()
    assert registry.subkeys(KEY) == []


def test_what_is_not_there_is_not_found_unless_it_was_only_to_be_gone() -> None:
    registry = Registry()
    for action in (
        lambda: registry.subkeys(KEY),
        lambda: registry.delete_key(KEY),
        lambda: registry.delete_value(r"HKLM\SOFTWARE", "x"),
    ):
        registry.create_key(r"HKLM\SOFTWARE")
        with pytest.raises(NotFound):
            action()
    registry.discard(KEY)
    registry.discard(KEY, "x")
    assert registry.get(KEY, "x", "default") == "default"
    with pytest.raises(MachineError):
        registry.create_key(r"HKEY_NONE\x")


def test_a_deleted_key_takes_all_below_it_with_it() -> None:
    registry = Registry()
    registry.set(rf"{KEY}\One\Two", "x", 1)
    registry.copy_key(rf"{KEY}\One", r"HKLM\SOFTWARE\Copy")
    registry.rename_key(r"HKLM\SOFTWARE\Copy", "Renamed")
    registry.delete_key(KEY)
    assert registry.get(r"HKLM\SOFTWARE\Renamed\two", "x") == 1
    assert not registry.key_exists(rf"{KEY}\One\Two")
