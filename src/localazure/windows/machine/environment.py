"""Environment variables: the machine's and each user's, kept in the registry as Windows keeps them."""

from __future__ import annotations

import re

from localazure.windows.machine.registry import Registry
from localazure.windows.machine.registry_values import RegistryKind
from localazure.windows.machine.tokens import Token

MACHINE_KEY = r"HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment"
SYSTEM_PROFILE = r"C:\Windows\system32\config\systemprofile"


class Environment:
    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def of(self, user: Token, computer_name: str, profile: str) -> dict[str, str]:
        """All variables a new process of the user has."""
        variables = {**_fixed(user, computer_name, profile)}
        for key in (MACHINE_KEY, f"HKU\\{user.sid}\\Environment"):
            for name, text in self._read(key).items():
                _merge(variables, name, expand(text, variables))
        return variables

    def machine(self) -> dict[str, str]:
        return self._read(MACHINE_KEY)

    def user(self, sid: str) -> dict[str, str]:
        return self._read(f"HKU\\{sid}\\Environment")

    def set_machine(self, name: str, text: str | None) -> None:
        """None or an empty text removes the variable."""
        self._write(MACHINE_KEY, name, text)

    def set_user(self, sid: str, name: str, text: str | None) -> None:
        self._write(f"HKU\\{sid}\\Environment", name, text)

    def _read(self, key: str) -> dict[str, str]:
        values = self._registry.values(key) if self._registry.key_exists(key) else []
        return {value.name: value.data for value in values if isinstance(value.data, str)}

    def _write(self, key: str, name: str, text: str | None) -> None:
        if text:
            kind = RegistryKind.EXPAND_STRING if "%" in text else RegistryKind.STRING
            self._registry.set(key, name, text, kind)
        elif self._registry.value(key, name):
            self._registry.delete_value(key, name)


def expand(text: str, variables: dict[str, str]) -> str:
    """``%NAME%`` replaced; a name that is not set stays as it is."""
    known = {name.lower(): value for name, value in variables.items()}
    return re.sub(r"%([^%]+)%", lambda found: known.get(found[1].lower(), found[0]), text)


def _merge(variables: dict[str, str], name: str, text: str) -> None:
    known = next((each for each in variables if each.lower() == name.lower()), name)
    # A user's Path is put behind the machine's.
    joins = name.lower() in {"path", "libpath", "os2libpath"} and known in variables
    variables[known] = f"{variables[known].rstrip(';')};{text}" if joins else text


def _fixed(user: Token, computer_name: str, profile: str) -> dict[str, str]:
    return {
        "ALLUSERSPROFILE": r"C:\ProgramData",
        "APPDATA": rf"{profile}\AppData\Roaming",
        "CommonProgramFiles": r"C:\Program Files\Common Files",
        "COMPUTERNAME": computer_name,
        "HOMEDRIVE": "C:",
        "HOMEPATH": profile[2:],
        "LOCALAPPDATA": rf"{profile}\AppData\Local",
        "ProgramData": r"C:\ProgramData",
        "ProgramFiles": r"C:\Program Files",
        "ProgramFiles(x86)": r"C:\Program Files (x86)",
        "ProgramW6432": r"C:\Program Files",
        "PUBLIC": r"C:\Users\Public",
        "SystemDrive": "C:",
        "SystemRoot": r"C:\Windows",
        "USERDOMAIN": "WORKGROUP" if user.is_system else user.domain,
        "USERNAME": f"{computer_name}$" if user.is_system else user.name,
        "USERPROFILE": profile,
    }
