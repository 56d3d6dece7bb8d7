"""The flat providers: Environment, Variable, Function and Alias."""

from __future__ import annotations

from collections.abc import Mapping

from localazure.windows.cmdlets.providers.base import Provider
from localazure.windows.machine.errors import NotFound
from localazure.windows.powershell.values import PsObject

_AUTOMATIC = ("args", "MyInvocation", "PID", "PWD", "PSCommandPath", "PSScriptRoot", "true", "false", "null")
"""Variables that PowerShell works out when they are read."""


class _Flat(Provider):
    """Names and values, one level deep."""

    def read(self) -> dict[str, object]:
        raise NotImplementedError

    def write(self, name: str, value: object) -> None:  # noqa: ARG002
        raise self.unsupported()

    def delete(self, name: str) -> None:  # noqa: ARG002
        raise self.unsupported()

    def describe(self, name: str, value: object) -> PsObject:
        raise NotImplementedError

    def exists(self, path: str) -> bool:
        return not path or path.lower() in {name.lower() for name in self.read()}

    def item(self, path: str) -> PsObject:
        for name, value in self.read().items():
            if name.lower() == path.lower():
                return self.describe(name, value)
        raise NotFound(path)

    def child_names(self, path: str) -> list[str]:
        return [] if path else sorted(self.read(), key=str.lower)

    def new_item(self, path: str, kind: str, value: object, options: Mapping[str, object]) -> PsObject:  # noqa: ARG002
        self.write(path, value)
        return self.item(path)

    def set_item(self, path: str, value: object) -> None:
        self.write(path, value)

    def clear_item(self, path: str) -> None:
        self.write(path, None)

    def remove_item(self, path: str, *, recurse: bool, force: bool) -> None:  # noqa: ARG002
        self.delete(path)

    def rename_item(self, path: str, name: str) -> str:
        value = self.read()[next(each for each in self.read() if each.lower() == path.lower())]
        self.delete(path)
        self.write(name, value)
        return name


class EnvironmentProvider(_Flat):
    name = "Environment"

    def read(self) -> dict[str, object]:
        return dict(self.engine.host.environment)

    def write(self, name: str, value: object) -> None:
        text = "" if value is None else self.engine.to_text(value)
        self.delete(name)
        if text:
            self.engine.host.environment[name] = text

    def delete(self, name: str) -> None:
        environment = self.engine.host.environment
        for known in [each for each in environment if each.lower() == name.lower()]:
            del environment[known]

    def describe(self, name: str, value: object) -> PsObject:
        properties = {"Name": name, "Key": name, "Value": value, "PSIsContainer": False}
        return PsObject.typed("System.Collections.DictionaryEntry", properties)


class VariableProvider(_Flat):
    name = "Variable"

    def read(self) -> dict[str, object]:
        own = {str(name): value for name, value in self.engine.variables().items()}
        return {name: self.engine.get_variable(name) for name in _AUTOMATIC} | own

    def write(self, name: str, value: object) -> None:
        self.engine.set_variable(name, value)

    def delete(self, name: str) -> None:
        self.engine.remove_variable(name)

    def describe(self, name: str, value: object) -> PsObject:
        properties = {"Name": name, "Value": value, "PSIsContainer": False}
        return PsObject.typed("System.Management.Automation.PSVariable", properties)


class FunctionProvider(_Flat):
    name = "Function"

    def read(self) -> dict[str, object]:
        return {str(name): block for name, block in self.engine.functions().items()}

    def write(self, name: str, value: object) -> None:
        self.engine.set_variable(f"function:{name}", value)

    def delete(self, name: str) -> None:
        self.engine.remove_function(name)

    def describe(self, name: str, value: object) -> PsObject:
        properties = {"Name": name, "ScriptBlock": value, "Definition": str(value), "PSIsContainer": False}
        return PsObject.typed("System.Management.Automation.FunctionInfo", properties, text=name)


class AliasProvider(_Flat):
    name = "Alias"

    def read(self) -> dict[str, object]:
        return {str(name): definition for name, definition in self.engine.aliases().items()}

    def write(self, name: str, value: object) -> None:
        self.engine.set_alias(name, self.engine.to_text(value))

    def delete(self, name: str) -> None:
        self.engine.remove_alias(name)

    def describe(self, name: str, value: object) -> PsObject:
        properties = {"Name": name, "Definition": value, "PSIsContainer": False}
        return PsObject.typed("System.Management.Automation.AliasInfo", properties, text=name)
