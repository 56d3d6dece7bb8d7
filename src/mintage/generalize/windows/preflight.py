"""Before Sysprep: every precondition asked, and what may be put right put right."""

from __future__ import annotations

from collections.abc import Callable, Collection

from mintage.artifacts import Check
from mintage.errors import GeneralizeError
from mintage.generalize.windows.questions import QUESTIONS, WAITED_FOR, checks_of
from mintage.powershell import parse_answer, script
from mintage.powershell.servicing import restart, wait_until_idle
from mintage.remote.windows import WindowsRemote
from mintage.waiting import NotYet, wait_for

Log = Callable[[str], None]
SYSTEM = "powershell/system.ps1"
_FOLDER = "generalize/windows"
_PAUSE_SECONDS = 5.0
_SIMPLE = frozenset({"unattend", "panther", "cdrom", "update-service"})


def preflight(remote: WindowsRemote) -> tuple[Check, ...]:
    """Ask the guest whether it could be generalized. Changes nothing."""
    text = remote.output(script(SYSTEM, f"{_FOLDER}/preflight.ps1"))
    return checks_of(QUESTIONS, parse_answer(text, where="preflight")["seen"])


def make_ready(remote: WindowsRemote, allowed: Collection[str], log: Log, deadline: float) -> tuple[Check, ...]:
    """Wait for what passes by itself, put right what is ``allowed``, and return the checks, all passed.

    Raises GeneralizeError naming what did not, DeadlinePassed when the guest does not come to rest.
    """
    wait_until_idle(remote, deadline)
    checks = _settled(remote, deadline)
    wrong = {check.name: check.seen for check in checks if not check.passed and check.name in allowed}
    if wrong:
        _put_right(remote, wrong, log, deadline)
        checks = _settled(remote, deadline)
    _demand(checks)
    return checks


def _settled(remote: WindowsRemote, deadline: float) -> tuple[Check, ...]:
    def attempt() -> tuple[Check, ...]:
        checks = preflight(remote)
        waiting = [check for check in checks if not check.passed and check.name in WAITED_FOR]
        if waiting:
            raise NotYet("; ".join(f"{check.name}: {check.seen}" for check in waiting))
        return checks

    what, remedy = "The guest did not come to rest in time", "see what it is busy with, and let the recipe wait for it"
    return wait_for(attempt, what, where="preflight", deadline=deadline, remedy=remedy, pause=_PAUSE_SECONDS)


def _put_right(remote: WindowsRemote, wrong: dict[str, str], log: Log, deadline: float) -> None:
    simple = sorted(_SIMPLE & wrong.keys())
    if simple:
        answer = parse_answer(remote.output(script(SYSTEM, f"{_FOLDER}/fix.ps1", Fix=simple)), where="fix")
        for line in answer["done"]:
            log(f"preflight: {line}")
    if "appx" in wrong:
        remove_appx(remote, wrong["appx"].splitlines(), log)
    if "bitlocker" in wrong:
        _decrypt(remote, log, deadline)
    if "pending-reboot" in wrong:
        log(f"preflight: restarting because of {wrong['pending-reboot']}")
        restart(remote, deadline)
        wait_until_idle(remote, deadline)


def remove_appx(remote: WindowsRemote, names: Collection[str], log: Log) -> None:
    text = remote.output(script(SYSTEM, f"{_FOLDER}/remove_appx.ps1", Packages=names))
    for name in parse_answer(text, where="remove_appx")["removed"]:
        log(f"preflight: removed the AppX package {name}")


def _decrypt(remote: WindowsRemote, log: Log, deadline: float) -> None:
    def attempt() -> None:
        left = parse_answer(remote.output(script(SYSTEM, f"{_FOLDER}/decrypt.ps1")), where="decrypt")["left"]
        if left:
            log(f"preflight: decrypting, {left}")
            raise NotYet(str(left))

    wait_for(
        attempt, "The volumes were not decrypted in time", where="decrypt", deadline=deadline, pause=3 * _PAUSE_SECONDS
    )


def _demand(checks: tuple[Check, ...]) -> None:
    failed = [check for check in checks if not check.passed]
    if failed:
        raise GeneralizeError(
            "Windows is not ready to be generalized; Sysprep was not started",
            seen="\n".join(f"{check.name}: {check.seen}" for check in failed),
            remedy="\n".join(f"{check.name}: {check.remedy}" for check in failed),
        )
