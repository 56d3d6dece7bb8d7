"""systemctl's verbs on one unit; each writes what the real one writes and returns its exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable

from localazure.hypervisor.instant.userland import asking_init, enablement, units


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def complain(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def change(verb: str, name: str) -> int:
    """``start`` or ``stop``."""
    refused = asking_init.ask(ask=verb, unit=name).get("refused")
    if refused:
        complain(f"Failed to {verb} {units.full_name(name)}: {refused}")
    return 0 if not refused else 5 if "not found" in refused else 1


def state(name: str) -> str:
    """``active``, ``inactive`` or ``failed``."""
    seen: str = asking_init.ask(ask="state", unit=name)["state"]
    return seen


def _restart(name: str) -> int:
    return change("stop", name) or change("start", name)


def _enable(name: str) -> int:
    problem = enablement.enable(name)
    if problem:
        complain(problem)
    return 1 if problem else 0


def _is_enabled(name: str) -> int:
    seen = enablement.state(name)
    if seen == "not-found":
        complain(f"Failed to get unit file state for {units.full_name(name)}: No such file or directory")
        return 1
    say(seen)
    return 0 if seen in {"enabled", "static"} else 1


def _is_active(name: str) -> int:
    say(state(name))
    return 0 if state(name) == "active" else 3


def _status(name: str) -> int:
    unit, seen = units.find(name), state(name)
    if unit is None:
        complain(f"Unit {units.full_name(name)} could not be found.")
        return 4
    say(f"* {unit.name} - {unit.description}")
    say(f"     Loaded: loaded ({unit.path}; {enablement.state(name)})\n     Active: {seen}")
    return 0 if seen == "active" else 3


def properties(name: str) -> dict[str, str]:
    """What ``systemctl show`` tells of the unit."""
    unit, answer = units.find(name), asking_init.ask(ask="state", unit=name)
    return {
        "Id": units.full_name(name),
        "LoadState": "loaded" if unit else "not-found",
        "ActiveState": answer["state"],
        "SubState": "running" if answer["state"] == "active" else "dead",
        "MainPID": str(answer["pid"]),
        "UnitFileState": enablement.state(name) if unit else "",
    }


def _cat(name: str) -> int:
    unit = units.find(name)
    if unit is None:
        complain(f"No files found for {units.full_name(name)}.")
        return 1
    say(f"# {unit.path}\n{unit.path.read_text()}")
    return 0


def _done(act: Callable[[str], None]) -> Callable[[str], int]:
    def verb(name: str) -> int:
        act(name)
        return 0

    return verb


VERBS: dict[str, Callable[[str], int]] = {
    "start": lambda name: change("start", name),
    "stop": lambda name: change("stop", name),
    "restart": _restart,
    "reload": lambda name: 0 if state(name) == "active" else 1,
    "reload-or-restart": _restart,
    "try-restart": lambda name: _restart(name) if state(name) == "active" else 0,
    "enable": _enable,
    "disable": _done(enablement.disable),
    "mask": _done(enablement.mask),
    "unmask": _done(enablement.unmask),
    "is-enabled": _is_enabled,
    "is-active": _is_active,
    "is-failed": lambda name: 0 if state(name) == "failed" else 1,
    "status": _status,
    "cat": _cat,
}
