"""What earlier sessions left for the next boot: renames, updates, features, RunOnce."""

from __future__ import annotations

import io

from localazure.windows.boot.console import Console
from localazure.windows.machine.errors import MachineError
from localazure.windows.machine.machine import Machine
from localazure.windows.machine.servicing import RENAMES, SESSION_MANAGER_KEY
from localazure.windows.machine.tokens import system_token

RUN_ONCE = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\RunOnce"
_UPDATE_SECONDS = 60.0


def apply_pending(machine: Machine, console: Console) -> None:
    """Before services start. Volatile keys are gone with the session that made them."""
    machine.registry.drop_volatile()
    _rename_files(machine, console)
    for update in machine.updates.finish_pending():
        console.say(f"Working on updates: {update.title}")
        machine.time.wait(_UPDATE_SECONDS)
    machine.features.finish_pending()
    machine.identity.apply_name()


def run_once(machine: Machine, console: Console) -> None:
    """Each command once, as SYSTEM. Windows waits for an administrator's logon, which nobody makes in the model."""
    if not machine.registry.key_exists(RUN_ONCE):
        return
    user = system_token()
    for value in machine.registry.values(RUN_ONCE):
        machine.registry.delete_value(RUN_ONCE, value.name)
        if not isinstance(value.data, str) or not value.data.strip():
            continue
        nowhere = io.BytesIO()
        try:
            variables = machine.variables(user)
            machine.processes.start(value.data, user, variables, r"C:\Windows\System32", io.BytesIO(), nowhere, nowhere)
        except MachineError as error:
            console.say(f"RunOnce {value.name} did not start: {error.text}")


def _rename_files(machine: Machine, console: Console) -> None:
    pending = machine.registry.get(SESSION_MANAGER_KEY, RENAMES, [])
    machine.registry.discard(SESSION_MANAGER_KEY, RENAMES)
    pairs = list(pending) if isinstance(pending, list) else []
    for source, target in zip(pairs[::2], pairs[1::2], strict=False):
        try:
            _rename(machine, _plain(source), _plain(target))
        except MachineError as error:
            console.say(f"A pending rename of {_plain(source)} failed: {error.text}")


def _rename(machine: Machine, source: str, target: str) -> None:
    if target:
        machine.files.move(source, target, overwrite=True)
    else:
        machine.files.delete(source, recurse=True)


def _plain(path: str) -> str:
    return path.removeprefix("!").removeprefix("\\??\\")
