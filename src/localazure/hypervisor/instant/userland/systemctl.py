"""systemctl: the verbs that recipes and their tests use, on init's services and the guest's unit files."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable

from localazure.hypervisor.instant.userland import asking_init, power, unit_verbs, units

_IGNORED = ("daemon-reload", "daemon-reexec", "reset-failed", "preset", "preset-all", "set-default")


def _system_state() -> int:
    failed = asking_init.ask(ask="failed")["failed"]
    unit_verbs.say("degraded" if failed else "running")
    return 1 if failed else 0


def _list_units() -> int:
    for name in units.enabled():
        unit_verbs.say(f"{name} loaded {unit_verbs.state(name)}")
    return 0


def _list_failed() -> int:
    for name in asking_init.ask(ask="failed")["failed"]:
        unit_verbs.say(f"{name} loaded failed failed")
    return 0


_ON_SYSTEM: dict[str, Callable[[], int]] = {
    "is-system-running": _system_state,
    "list-units": _list_units,
    "reboot": lambda: power.turn("reboot"),
    "poweroff": lambda: power.turn("poweroff"),
    "halt": lambda: power.turn("poweroff"),
}


def _show(names: list[str], arguments: list[str]) -> int:
    asked = [value for _, value in _properties_asked(arguments)]
    for name in names:
        found = unit_verbs.properties(name)
        shown = {key: found.get(key, "") for key in asked} if asked else found
        for key, value in shown.items():
            unit_verbs.say(value if "--value" in arguments else f"{key}={value}")
    return 0


def _properties_asked(arguments: list[str]) -> list[tuple[str, str]]:
    """From ``-p A``, ``--property=A,B`` and their like: pairs of the option and one property."""
    asked = []
    for at, word in enumerate(arguments):
        option, _, value = word.partition("=")
        if option in {"-p", "--property", "-P"}:
            value = value or (arguments[at + 1 : at + 2] or [""])[0]
            asked += [(option, name) for name in value.split(",")]
    return asked


def _each(verb: str, names: list[str], flags: set[str]) -> int:
    """The worst exit code. ``enable --now`` starts, ``disable --now`` and ``mask --now`` stop."""
    codes = [unit_verbs.VERBS[verb](name) for name in names]
    if "--now" in flags and verb in {"enable", "disable", "mask"}:
        codes += [unit_verbs.change("start" if verb == "enable" else "stop", name) for name in names]
    return max(codes, default=0)


def _run(arguments: list[str]) -> int:
    flags = {word for word in arguments if word.startswith("-")}
    values = {value for _, value in _properties_asked(arguments)}
    words = [word for word in arguments if not word.startswith("-") and word not in values]
    verb, names = (words or ["list-units"])[0], words[1:]
    if flags & {"--failed", "--state=failed"}:
        return _list_failed()
    if verb == "show":
        return _show(names, arguments)
    if verb in unit_verbs.VERBS:
        return _each(verb, names, flags)
    if verb in _ON_SYSTEM:
        return _ON_SYSTEM[verb]()
    if verb not in _IGNORED:
        unit_verbs.complain(f"Unknown command verb {verb} (localazure's model of systemctl).")
    return 0 if verb in _IGNORED else 1


def main(arguments: list[str]) -> int:
    quiet = {"-q", "--quiet"} & set(arguments)
    with contextlib.redirect_stdout(io.StringIO()) if quiet else contextlib.nullcontext():
        return _run(arguments[1:])
