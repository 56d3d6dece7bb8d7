"""One customize step on a Windows build VM."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from mintage.artifacts import StepOutcome
from mintage.begun import Record, begin, spoiling
from mintage.commands import powershell_of
from mintage.powershell.updates import install_updates
from mintage.rebooting import run_and_reboot
from mintage.recipe import (
    PowerShellCommand,
    PowerShellStep,
    WindowsDirectoryStep,
    WindowsFileStep,
    WindowsStep,
    WindowsUpdateStep,
    in_seconds,
)
from mintage.remote.base import CommandResult
from mintage.remote.windows import ENDED_WITH_MACHINE, WindowsRemote

Log = Callable[[str], None]
_BY_SHUTDOWN = (*ENDED_WITH_MACHINE, 1115)
"""And what shutdown.exe says when a shutdown is under way already."""


def run_windows_step(
    connect: Callable[[], WindowsRemote], step: WindowsStep, folder: Path, log: Log, record: Record
) -> StepOutcome:
    """Do the step; ``folder`` is the one that holds the recipe. As ``customize.run_step``."""
    started = time.monotonic()
    with closing(connect()) as remote:
        outcome = _run(step, remote, folder, log, record)
    return outcome.model_copy(update={"seconds": time.monotonic() - started})


def run_command(
    remote: WindowsRemote, command: PowerShellCommand, folder: Path, log: Log, run_name: str = ""
) -> CommandResult:
    """Run a recipe's PowerShell as it says, its output line by line. Raises CommandFailed, DeadlinePassed.

    ``run_name``: as of ``run_elevated``.
    """
    text, timeout = powershell_of(command, folder), in_seconds(command.timeout)
    if command.elevated or command.run_as == "system":
        return remote.run_elevated(
            text,
            run_as=command.run_as,
            environment=command.environment,
            timeout=timeout,
            on_line=log,
            exit_codes=command.exit_codes,
            run_name=run_name,
        )
    return remote.run(
        text, environment=command.environment, timeout=timeout, on_line=log, exit_codes=command.exit_codes
    )


def _run(step: WindowsStep, remote: WindowsRemote, folder: Path, log: Log, record: Record) -> StepOutcome:
    match step:
        case PowerShellStep(reboot=True):
            patient = step.model_copy(update={"exit_codes": (*step.exit_codes, *_BY_SHUTDOWN)})
            return run_and_reboot(
                step, remote, log, record, lambda on_line: _run_once(patient, remote, folder, on_line, record)
            )
        case PowerShellStep():
            result = _run_once(step, remote, folder, log, record)
            return StepOutcome(name=step.name, exit_code=result.exit_code, seconds=0, last_lines=result.last_lines)
        case WindowsUpdateStep():
            installed = install_updates(remote, step, log)
            return StepOutcome(name=step.name, seconds=0, last_lines=tuple(f"installed {kb}" for kb in installed))
        case WindowsFileStep():
            remote.send_file(folder / step.source, step.destination, timeout=in_seconds(step.timeout))
        case WindowsDirectoryStep():
            remote.send_tree(folder / step.source, step.destination, timeout=in_seconds(step.timeout))
    log(f"{step.source} is now in the image: {step.destination}")
    return StepOutcome(name=step.name, seconds=0)


def _run_once(step: PowerShellStep, remote: WindowsRemote, folder: Path, log: Log, record: Record) -> CommandResult:
    """Run it, or follow the task that an earlier call began. A script in a shell is not found again."""
    in_task, earlier = step.elevated or step.run_as == "system", record.read()
    begun = begin(step.name, record, remote.boot_id(), rerun=step.rerun, shell=remote.shell, found=in_task)
    if earlier is not None and earlier.shell and not in_task:
        remote.end_shell(earlier.shell)
    with spoiling(record, rerun=step.rerun):
        return run_command(remote, step, folder, log, begun.task)
