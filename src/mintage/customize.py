"""One customize step on the build VM."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from mintage.artifacts import StepOutcome
from mintage.begun import Record, begin, spoiling
from mintage.commands import environment_of, script_of
from mintage.errors import ConnectionFailed, StepInterrupted
from mintage.rebooting import run_and_reboot
from mintage.recipe import DirectoryStep, FileStep, ShellStep, in_seconds
from mintage.remote.base import CommandResult, Remote
from mintage.remote.kept import BY_SIGNAL, run_kept

Log = Callable[[str], None]
Connect = Callable[[], Remote]
"""Opens a connection to the build VM."""


def run_step(
    connect: Connect, step: FileStep | DirectoryStep | ShellStep, folder: Path, log: Log, record: Record
) -> StepOutcome:
    """Do the step; ``folder`` is the one that holds the recipe. Its output goes to ``log`` line by line as it comes.

    Called again, it replaces files, and finds a script that runs or has ended; one that is half-done it runs again if
    the step says so. Raises RecipeError, CommandFailed, DeadlinePassed, StepInterrupted, and ConnectionFailed, which is
    worth a retry.
    """
    started = time.monotonic()
    with closing(connect()) as remote:
        outcome = _run(step, remote, folder, log, record)
    return outcome.model_copy(update={"seconds": time.monotonic() - started})


def _run(
    step: FileStep | DirectoryStep | ShellStep, remote: Remote, folder: Path, log: Log, record: Record
) -> StepOutcome:
    match step:
        case ShellStep(reboot=True):
            return run_and_reboot(
                step, remote, log, record, lambda on_line: _shell(step, remote, folder, on_line, record)
            )
        case ShellStep():
            result = _shell(step, remote, folder, log, record)
            return StepOutcome(name=step.name, exit_code=result.exit_code, seconds=0, last_lines=result.last_lines)
        case FileStep():
            seconds = in_seconds(step.timeout)
            remote.send_file(folder / step.source, step.destination, mode=step.mode, owner=step.owner, timeout=seconds)
        case DirectoryStep():
            seconds = in_seconds(step.timeout)
            remote.send_tree(folder / step.source, step.destination, owner=step.owner, timeout=seconds)
    log(f"{step.source} is now in the image: {step.destination}")
    return StepOutcome(name=step.name, seconds=0)


def _shell(step: ShellStep, remote: Remote, folder: Path, log: Log, record: Record) -> CommandResult:
    script = script_of(step, folder)
    begun = begin(step.name, record, remote.boot_id(), rerun=step.rerun)
    with spoiling(record, rerun=step.rerun), _going_down(step):
        return run_kept(
            remote,
            _run_name(step.name, begun.run),
            script,
            run_as=step.run_as,
            environment=environment_of(step),
            timeout=in_seconds(step.timeout),
            on_line=log,
            exit_codes=(*step.exit_codes, *BY_SIGNAL) if step.reboot else step.exit_codes,
        )


@contextmanager
def _going_down(step: ShellStep) -> Iterator[None]:
    """A machine that goes down, as the step wants it, ends what runs on it; that is no interruption."""
    try:
        yield
    except StepInterrupted as gone:
        if not step.reboot:
            raise
        raise ConnectionFailed(gone.what, where=gone.where, seen=gone.seen, remedy=gone.remedy) from gone


def _run_name(step: str, run: int) -> str:
    """A name for a folder in the guest: what a recipe calls its step may hold anything but a slash."""
    return f"{hashlib.sha256(step.encode()).hexdigest()[:16]}-{run}"
