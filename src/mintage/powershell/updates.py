"""Windows Update: rounds of searching, downloading and installing, with a restart between them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from mintage.errors import CommandFailed, DeadlinePassed
from mintage.powershell.answers import parse_answer
from mintage.powershell.scripts import script
from mintage.powershell.servicing import restart, wait_until_idle
from mintage.recipe import WindowsUpdateStep, in_seconds
from mintage.remote.windows import WindowsRemote

Log = Callable[[str], None]
_SHOWN = 20


def install_updates(remote: WindowsRemote, step: WindowsUpdateStep, log: Log) -> tuple[str, ...]:
    """Install updates until nothing is left, and return the KB numbers of what was installed.

    Raises CommandFailed when an update fails in two rounds running, or when the limit of restarts is reached with
    updates left; DeadlinePassed at the step's timeout. Begun again it goes on with what is left.
    """
    deadline = time.monotonic() + in_seconds(step.timeout)
    installed: list[str] = []
    before = Round()
    restarts = 0
    while True:
        wait_until_idle(remote, deadline)
        now = _round(remote, step, log, deadline)
        installed += now.installed
        # Some signs of a pending restart stay for ever; after a restart that brought up nothing, they are no reason.
        if not now.found and (not now.restart or before.restart):
            return tuple(dict.fromkeys(installed))
        _demand_progress(now, before)
        if now.restart:
            restarts += 1
            _demand_restart_left(restarts, step, now)
            log(f"Restarting, {restarts} of at most {step.reboots}")
            restart(remote, deadline)
        before = now


@dataclass(frozen=True)
class Round:
    """What one run of ``update.ps1`` came to."""

    found: int = 0
    installed: tuple[str, ...] = ()
    failed: frozenset[str] = frozenset()
    restart: bool = False


def _round(remote: WindowsRemote, step: WindowsUpdateStep, log: Log, deadline: float) -> Round:
    lines: list[str] = []

    def on_line(line: str) -> None:
        lines.append(line)
        if not line.lstrip().startswith("{"):
            log(line)

    given = {"Categories": step.categories, "Include": step.include, "Exclude": step.exclude}
    text = script("powershell/system.ps1", "powershell/update.ps1", **given)
    left = deadline - time.monotonic()
    if left <= 0:
        raise DeadlinePassed("Windows Update did not end in time", where=step.name, seen="between two rounds")
    remote.run_elevated(text, run_as="system", timeout=left, on_line=on_line)
    answer = parse_answer("\n".join(lines), where="Windows Update")
    return Round(
        found=int(answer["found"]),
        installed=tuple(str(each["kb"]) for each in answer["installed"]),
        failed=frozenset(f"{each['kb']} {each['title']} ({each['code']})" for each in answer["failed"]),
        restart=bool(answer["restart"]),
    )


def _demand_progress(now: Round, before: Round) -> None:
    twice = now.failed & before.failed or set(now.installed) & set(before.installed)
    if twice:
        raise CommandFailed(
            "The same updates came up twice",
            where="Windows Update",
            seen="\n".join(sorted(twice)[:_SHOWN]),
            remedy=r"see C:\Windows\Logs\CBS\CBS.log for why they do not stay, or exclude them in the recipe",
        )


def _demand_restart_left(restarts: int, step: WindowsUpdateStep, now: Round) -> None:
    if restarts > step.reboots:
        raise CommandFailed(
            f"Windows wants more than {step.reboots} restarts",
            where=step.name,
            seen=f"the last round found {now.found} updates",
            remedy="allow more reboots in the step, or start from a newer image",
        )
