"""A customize step that restarts its machine."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from mintage.artifacts import StepOutcome
from mintage.begun import Record, has_rebooted
from mintage.errors import ConnectionFailed
from mintage.recipe import PowerShellStep, ShellStep, parse_duration
from mintage.remote.base import CommandResult, Remote
from mintage.remote.windows import WindowsRemote

Log = Callable[[str], None]


def run_and_reboot(
    step: ShellStep | PowerShellStep,
    remote: Remote | WindowsRemote,
    log: Log,
    record: Record,
    run: Callable[[Log], CommandResult],
) -> StepOutcome:
    """Run the step's script by ``run``, and return when the machine is back. One that went down is only waited for.

    Raises what ``run`` does but for ConnectionFailed, and DeadlinePassed.
    """
    last_lines: deque[str] = deque(maxlen=20)

    def on_line(line: str) -> None:
        last_lines.append(line)
        log(line)

    code = None
    if not has_rebooted(record, remote.boot_id()):
        code = _until_down(step, lambda: run(on_line))
        log("Waiting for the machine to come back.")
    begun = record.read()
    if begun is not None:
        remote.wait_for_reboot(begun.boot_id, time.monotonic() + parse_duration(step.timeout).total_seconds())
    return StepOutcome(name=step.name, exit_code=code, seconds=0, rebooted=True, last_lines=tuple(last_lines))


def _until_down(step: ShellStep | PowerShellStep, run: Callable[[], CommandResult]) -> int | None:
    """The script's exit code; None when the machine went down under it, which is what the step is for."""
    try:
        code = run().exit_code
    except ConnectionFailed:
        return None
    return code if code in step.exit_codes else None
