"""Which services run. Init keeps them; systemctl and apt-get ask it."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable

from localazure.hypervisor.instant.userland import logins, sessions, units
from localazure.hypervisor.instant.userland.loop import Loop


class Services:
    """``changed`` is called with a unit's name and whether it is active now."""

    def __init__(self, loop: Loop, changed: Callable[[str, bool], None]) -> None:
        self._loop, self._changed = loop, changed
        self._active: dict[str, subprocess.Popen[bytes] | None] = {}
        self._failed: set[str] = set()

    def start(self, name: str, done: Callable[[str | None], None]) -> None:
        """``done`` gets None once it is active, a one-shot one once it ended; otherwise what systemctl says of it."""
        unit = units.find(name)
        if unit is None:
            done(f"Unit {units.full_name(name)} not found.")
        elif unit.masked:
            done(f"Unit {unit.name} is masked.")
        elif unit.name in self._active:
            done(None)
        else:
            self._run(unit, done)

    def _run(self, unit: units.Unit, done: Callable[[str | None], None]) -> None:
        self._failed.discard(unit.name)
        try:
            process = _begin(unit) if unit.start else None
        except (OSError, KeyError) as error:
            self._failed.add(unit.name)
            done(f"Job for {unit.name} failed because of unavailable resources or another system error: {error}")
            return
        if process is not None and unit.kind == "oneshot":
            self._loop.on_exit(process, lambda code: done(self._once(unit, code)))
            return
        self._active[unit.name] = process
        if process is not None:
            self._loop.on_exit(process, lambda code: self._ended(unit.name, process, code))
        self._changed(unit.name, True)
        done(None)

    def _once(self, unit: units.Unit, code: int) -> str | None:
        if code == 0:
            return None
        self._failed.add(unit.name)
        return f"Job for {unit.name} failed because the control process exited with error code."

    def _ended(self, name: str, process: subprocess.Popen[bytes], code: int) -> None:
        if self._active.get(name) is process:
            del self._active[name]
            self._changed(name, False)
            if code not in {0, -signal.SIGTERM}:
                self._failed.add(name)

    def stop(self, name: str) -> None:
        wanted = units.full_name(name)
        if wanted in self._active:
            process = self._active.pop(wanted)
            if process is not None:
                os.killpg(process.pid, signal.SIGTERM)
            self._changed(wanted, False)

    def state(self, name: str) -> str:
        wanted = units.full_name(name)
        if wanted in self._active:
            return "active"
        return "failed" if wanted in self._failed else "inactive"

    def failed(self) -> list[str]:
        return sorted(self._failed)

    def pid(self, name: str) -> int:
        process = self._active.get(units.full_name(name))
        return process.pid if process else 0


def _begin(unit: units.Unit) -> subprocess.Popen[bytes]:
    account = logins.account(unit.user)
    environment = logins.login_environment(account) | {"PATH": logins.ROOT_PATH}
    environment |= dict(word.partition("=")[::2] for word in unit.environment)
    directory = unit.directory or "/"
    return sessions.start(sessions.Work(list(unit.start), account, environment, directory))
