"""One customize step on the build VM."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from mintage.artifacts import StepOutcome
from mintage.commands import environment_of, script_of
from mintage.errors import ConnectionFailed
from mintage.recipe import DirectoryStep, FileStep, ShellStep, parse_duration
from mintage.remote.base import Remote

Log = Callable[[str], None]
Connect = Callable[[], Remote]
"""Opens a connection to the build VM."""
_BY_SIGNAL = tuple(range(129, 193))
"""How a shell's exit code says that a signal ended it, as systemd ends a session when the machine goes down."""


def run_step(connect: Connect, step: FileStep | DirectoryStep | ShellStep, folder: Path, log: Log) -> StepOutcome:
    """Do the step; ``folder`` is the one that holds the recipe. Its output goes to ``log`` line by line as it comes.

    A step that is done again does the same again: files are replaced, scripts run from their start.
    Raises RecipeError, CommandFailed, DeadlinePassed, and ConnectionFailed, which is worth a retry.
    """
    started = time.monotonic()
    with closing(connect()) as remote:
        outcome = _run(step, remote, folder, log)
    return outcome.model_copy(update={"seconds": time.monotonic() - started})


def _run(step: FileStep | DirectoryStep | ShellStep, remote: Remote, folder: Path, log: Log) -> StepOutcome:
    match step:
        case ShellStep(reboot=True):
            return _shell_and_reboot(step, remote, folder, log)
        case ShellStep():
            return _shell(step, remote, folder, log)
        case FileStep():
            remote.send_file(folder / step.source, step.destination, mode=step.mode, owner=step.owner)
        case DirectoryStep():
            remote.send_tree(folder / step.source, step.destination, owner=step.owner)
    log(f"{step.source} is now in the image: {step.destination}")
    return StepOutcome(name=step.name, seconds=0)


def _shell(step: ShellStep, remote: Remote, folder: Path, log: Log) -> StepOutcome:
    result = remote.run(
        script_of(step, folder),
        run_as=step.run_as,
        environment=environment_of(step),
        timeout=parse_duration(step.timeout).total_seconds(),
        on_line=log,
        exit_codes=step.exit_codes,
    )
    return StepOutcome(name=step.name, exit_code=result.exit_code, seconds=0, last_lines=result.last_lines)


def _shell_and_reboot(step: ShellStep, remote: Remote, folder: Path, log: Log) -> StepOutcome:
    timeout = parse_duration(step.timeout).total_seconds()
    last_lines: deque[str] = deque(maxlen=20)

    def on_line(line: str) -> None:
        last_lines.append(line)
        log(line)

    old_boot_id = remote.boot_id()
    code = _run_until_down(step, remote, script_of(step, folder), on_line)
    log("Waiting for the machine to come back.")
    remote.wait_for_reboot(old_boot_id, time.monotonic() + timeout)
    return StepOutcome(name=step.name, exit_code=code, seconds=0, rebooted=True, last_lines=tuple(last_lines))


def _run_until_down(step: ShellStep, remote: Remote, script: str, on_line: Log) -> int | None:
    """The script's exit code; None when the machine went down under it, which is what the step is for."""
    try:
        result = remote.run(
            script,
            run_as=step.run_as,
            environment=environment_of(step),
            timeout=parse_duration(step.timeout).total_seconds(),
            on_line=on_line,
            exit_codes=(*step.exit_codes, *_BY_SIGNAL),
        )
    except ConnectionFailed:
        return None
    return result.exit_code if result.exit_code in step.exit_codes else None
