r"""The provider Registry. Its paths are ``HKEY_LOCAL_MACHINE\...``; HKEY_CURRENT_USER is the running user's."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from localazure.windows.cmdlets.providers.base import Provider
from localazure.windows.cmdlets.providers.registry_values import kind_for, stored, value_of
from localazure.windows.cmdlets.session import machine_of, user_of
from localazure.windows.machine.errors import MachineError, NotFound
from localazure.windows.machine.registry import Registry, user_path
from localazure.windows.machine.registry_values import RegistryValue
from localazure.windows.powershell.engine_api import EngineApi
from localazure.windows.powershell.errors import PsError, error
from localazure.windows.powershell.values import EnumValue, Getter, PsObject, TypedArray

DEFAULT = "(default)"
_ROOTS = (
    "HKEY_LOCAL_MACHINE",
    "HKEY_CURRENT_USER",
    "HKEY_CLASSES_ROOT",
    "HKEY_CURRENT_CONFIG",
    "HKEY_USERS",
    "HKEY_PERFORMANCE_DATA",
)
_KIND_NAMES = {
    "REG_SZ": ("String", 1),
    "REG_EXPAND_SZ": ("ExpandString", 2),
    "REG_BINARY": ("Binary", 3),
    "REG_DWORD": ("DWord", 4),
    "REG_MULTI_SZ": ("MultiString", 7),
    "REG_QWORD": ("QWord", 11),
    "REG_NONE": ("None", -1),
}


class RegistryProvider(Provider):
    name = "Registry"

    def __init__(self, engine: EngineApi) -> None:
        super().__init__(engine)
        self.registry: Registry = machine_of(engine).registry

    def at(self, path: str) -> str:
        """The registry's own path."""
        return user_path(user_of(self.engine).sid, path)

    def exists(self, path: str) -> bool:
        if not path:
            return True
        try:
            return path.upper() in _ROOTS or self.registry.key_exists(self.at(path))
        except MachineError:
            return False

    def is_container(self, path: str) -> bool:
        return self.exists(path)

    def item(self, path: str) -> PsObject:
        self.require(path)
        return registry_key(self, path)

    def child_names(self, path: str) -> list[str]:
        if not path:
            return list(_ROOTS)
        return self.registry.subkeys(self.at(path)) if self.registry.key_exists(self.at(path)) else []

    def new_item(self, path: str, kind: str, value: object, options: Mapping[str, object]) -> PsObject:  # noqa: ARG002
        force = bool(options.get("Force"))
        if self.exists(path):
            if not force:
                text = "A key in this path already exists."
                raise error("System.IO.IOException", text, "", "ResourceExists", path)
            self._replace(path)
        parent = path.rpartition("\\")[0]
        if not force and not self.exists(parent):
            text = "The registry key at the specified path does not exist."
            raise error("System.ArgumentException", text, "", "InvalidArgument", parent)
        self.registry.create_key(self.at(path))
        if value is not None:
            self.set_item(path, value)
        return self.item(path)

    def _replace(self, path: str) -> None:
        """New-Item -Force on a key empties it, as real PowerShell does."""
        self.registry.delete_key(self.at(path))

    def set_item(self, path: str, value: object) -> None:
        self.set_property(path, DEFAULT, value)

    def clear_item(self, path: str) -> None:
        for value in self.registry.values(self.at(path)):
            self.registry.delete_value(self.at(path), value.name)

    def remove_item(self, path: str, *, recurse: bool, force: bool) -> None:  # noqa: ARG002 - nothing to force
        self.registry.delete_key(self.at(path))

    def rename_item(self, path: str, name: str) -> str:
        self.registry.rename_key(self.at(path), name)
        return f"{path.rpartition(chr(92))[0]}\\{name}"

    def copy_item(self, path: str, target: str, *, recurse: bool, force: bool) -> list[str]:  # noqa: ARG002
        goal = f"{target}\\{path.rpartition(chr(92))[2]}" if self.exists(target) else target
        if recurse:
            self.registry.copy_key(self.at(path), self.at(goal))
        else:
            self.registry.create_key(self.at(goal))
            for value in self.registry.values(self.at(path)):
                self.registry.set(self.at(goal), value.name, value.data, value.kind)
        return [goal]

    def move_item(self, path: str, target: str, *, force: bool) -> str:
        [goal] = self.copy_item(path, target, recurse=True, force=force)
        self.registry.delete_key(self.at(path))
        return goal

    def values(self, path: str) -> list[RegistryValue]:
        found = self.registry.values(self.at(path)) if self.registry.key_exists(self.at(path)) else []
        # The default value comes last, as it does in PowerShell.
        return sorted(found, key=lambda value: value.name == "")

    def properties(self, path: str) -> dict[str, object]:
        self.require(path)
        return {value.name or DEFAULT: value_of(self.engine, value) for value in self.values(path)}

    def set_property(self, path: str, name: str, value: object, kind: str | None = None) -> None:
        self.require(path)
        place, own = self.at(path), _own_name(name)
        known = self.registry.value(place, own)
        chosen = kind_for(kind, known, value)
        self.registry.set(place, own, stored(self.engine, value, chosen), chosen)

    def has_property(self, path: str, name: str) -> bool:
        return self.registry.value(self.at(path), _own_name(name)) is not None

    def remove_property(self, path: str, name: str) -> None:
        self.registry.delete_value(self.at(path), _own_name(name))


def no_such_property(name: str, path: str) -> PsError:
    return error(
        "System.Management.Automation.PSArgumentException",
        f"Property {name} does not exist at path {path}.",
        "System.Management.Automation.PSArgumentException",
        "InvalidArgument",
        name,
    )


def registry_key(provider: RegistryProvider, path: str) -> PsObject:
    """A Microsoft.Win32.RegistryKey on a path that is there."""
    engine = provider.engine

    def get_value(name: str = "", default: object = None, *_options: object) -> object:
        found = next((v for v in provider.values(path) if v.name.lower() == _own_name(name or "").lower()), None)
        raw = any("DoNotExpand" in str(option) for option in _options)
        return default if found is None else value_of(engine, found, expanded=not raw)

    def kind_of(name: str) -> object:
        found = next((v for v in provider.values(path) if v.name.lower() == _own_name(name).lower()), None)
        if found is None:
            raise error("System.IO.IOException", "The specified registry key does not exist.")
        return EnumValue("Microsoft.Win32.RegistryValueKind", *_KIND_NAMES[found.kind.value])

    def open_key(name: str, *_writable: object) -> object:
        below = f"{path}\\{name}"
        return registry_key(provider, below) if provider.exists(below) else None

    methods: dict[str, Callable[..., object]] = {
        "GetValue": get_value,
        "GetValueNames": lambda: TypedArray([v.name for v in provider.values(path)], "System.String"),
        "GetSubKeyNames": lambda: TypedArray(provider.child_names(path), "System.String"),
        "GetValueKind": kind_of,
        "OpenSubKey": open_key,
        "SetValue": lambda name, value, *kind: provider.set_property(path, name, value, str(kind[0]) if kind else None),
        "DeleteValue": lambda name, *_must: provider.remove_property(path, name),
        "CreateSubKey": lambda name, *_: (provider.registry.create_key(provider.at(f"{path}\\{name}")), open_key(name))[
            1
        ],
        "Close": lambda: None,
        "Dispose": lambda: None,
        "Flush": lambda: None,
    }
    names = Getter(lambda _: TypedArray([v.name or DEFAULT for v in provider.values(path)], "System.String"))
    return PsObject.typed(
        "Microsoft.Win32.RegistryKey",
        {
            "Property": names,
            "Name": _spelled(provider, path),
            "SubKeyCount": Getter(lambda _: len(provider.child_names(path))),
            "ValueCount": Getter(lambda _: len(provider.values(path))),
            "View": EnumValue("Microsoft.Win32.RegistryView", "Default", 0),
            "PSIsContainer": True,
        },
        methods,
        text=_spelled(provider, path),
    )


def _spelled(provider: RegistryProvider, path: str) -> str:
    root, _, rest = path.partition("\\")
    if not rest or root.upper() != "HKEY_LOCAL_MACHINE":
        return f"{root.upper()}\\{rest}" if rest else root.upper()
    try:
        spelled = provider.registry.spelling(path)
    except NotFound:
        return path
    asked, found = rest.split("\\"), spelled.split("\\")[1:]
    # CurrentControlSet is a link: the path keeps its name.
    names = [want if want.lower() == "currentcontrolset" else have for want, have in zip(asked, found, strict=True)]
    return "\\".join(["HKEY_LOCAL_MACHINE", *names])


def _own_name(name: str) -> str:
    return "" if name.lower() == DEFAULT else name
