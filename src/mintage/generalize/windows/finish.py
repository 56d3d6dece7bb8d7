"""After Sysprep: what the build left in the guest is taken away and proved, through Azure's own channel."""

from __future__ import annotations

from collections.abc import Callable

from mintage.artifacts import Check
from mintage.errors import GeneralizeError
from mintage.generalize.base import Operation
from mintage.generalize.windows.questions import OPERATIONS, checks_of
from mintage.powershell import parse_answer, script

_ANSWER_SECONDS = 30
"""Azure's agent tells of a script's end four times a minute."""


def operations(*, keep_logs: bool) -> tuple[Operation, ...]:
    return tuple(each for each in OPERATIONS if not (keep_logs and each.name == "logs"))


def finish_guest(by_azure: Callable[[str], str], build_user: str, *, keep_logs: bool) -> tuple[Check, ...]:
    """Remove the build's account and all else of it, and return the proof. Raises GeneralizeError for what is left.

    The way in by WinRM goes with it, so this is done by Run Command; it may be done again.
    """
    text = script("powershell/system.ps1", "generalize/windows/finish.ps1", User=build_user, KeepLogs=keep_logs)
    checks = checks_of(operations(keep_logs=keep_logs), parse_answer(by_azure(text), where="finish")["left"])
    failed = [check for check in checks if not check.passed]
    if failed:
        raise GeneralizeError(
            "Windows was generalized, and something is left that must not be in an image",
            seen="\n".join(f"{check.name}: {check.seen}" for check in failed),
            remedy="\n".join(f"{check.name}: {check.remedy}" for check in failed),
        )
    return checks


def turn_off(by_azure: Callable[[str], str]) -> None:
    """Have Windows shut itself down, which keeps what was removed from coming back out of memory that was lost."""
    by_azure(script("generalize/windows/turn_off.ps1", Seconds=_ANSWER_SECONDS))


def proof_of_earlier(*, keep_logs: bool) -> tuple[Check, ...]:
    """The proof that an earlier process had in hand when it marked the VM: that mark is set for nothing less."""
    seen = "clean, as the process saw that marked the VM"
    return tuple(Check(name=each.name, passed=True, seen=seen) for each in operations(keep_logs=keep_logs))
