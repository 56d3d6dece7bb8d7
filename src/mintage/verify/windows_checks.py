"""Judging what was seen of Windows VMs: each check has a name, what was seen, and what to do when it fails."""

from __future__ import annotations

from collections.abc import Sequence

from mintage.artifacts import Check
from mintage.verify.windows_facts import WindowsExpected, WindowsFacts

_LEFT = "Generalizing must remove it: it is the build's, and every machine made from the image would have it."
_CARRIED = "The image carries it: Sysprep did not generalize, or the machine did not go through specialize."
_RUNNING = "Running"


def check_windows(facts: WindowsFacts, expected: WindowsExpected) -> tuple[Check, ...]:
    """All that can be said of one VM."""
    return (
        _check(
            "image-state",
            facts.image_state,
            "The VM has not come through specialize and OOBE: see C:\\Windows\\Panther\\setupact.log on it.",
            passed=facts.image_state == "IMAGE_STATE_COMPLETE",
        ),
        _check(
            "computer-name",
            f"{facts.computer_name}, expected {expected.computer_name}",
            "The machine does not take the name Azure gives it.",
            passed=facts.computer_name.lower() == expected.computer_name.lower(),
        ),
        _none("unattend", facts.unattend, "An answer file with a password is in the image: let the recipe remove it."),
        _none("build-account", facts.accounts, _LEFT),
        _none("build-profile", facts.profiles, _LEFT),
        _none("build-tasks", facts.tasks, _LEFT),
        _none("remote-access", facts.access, _LEFT),
        _none("pending-reboot", facts.pending_reboot, "Restart at the end of the recipe's steps."),
        _agent(facts),
    )


def windows_differ(first: WindowsFacts, second: WindowsFacts) -> tuple[Check, ...]:
    """Two VMs from one image are two machines."""
    return (
        _differ("different-machine-sids", first.machine_sid, second.machine_sid),
        _differ("different-computer-names", first.computer_name, second.computer_name),
    )


def _agent(facts: WindowsFacts) -> Check:
    seen = ", ".join(f"{name} {state}" for name, state in facts.services.items())
    remedy = "Let Azure's agent start with the system."
    return _check("agent", seen, remedy, passed=all(state == _RUNNING for state in facts.services.values()))


def _differ(name: str, one: str, other: str) -> Check:
    passed = bool(one) and bool(other) and one.lower() != other.lower()
    return _check(name, f"{one or 'none'} and {other or 'none'}", _CARRIED, passed=passed)


def _none(name: str, found: Sequence[str], remedy: str) -> Check:
    return _check(name, "\n".join(found) or "none", remedy, passed=not found)


def _check(name: str, seen: str, remedy: str, *, passed: bool) -> Check:
    return Check(name=name, passed=passed, seen=seen, remedy="" if passed else remedy)
