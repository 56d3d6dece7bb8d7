"""Customize steps that were begun and are not known to be done: what the next process may do with one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from mintage.artifacts import Artifact
from mintage.errors import CommandFailed, DeadlinePassed, StepInterrupted


class Begun(Artifact):
    """A script that was begun. It may run, may have ended, or may be gone with its machine."""

    boot_id: str
    """The boot of the guest in which it was begun."""
    run: int = 1
    spoiled: bool = False
    """It failed, or its machine was stopped under it: what it left is half-done."""
    shell: str = ""
    """Of Windows: the shell it runs in."""
    task: str = ""
    """Of Windows: what tells the scheduled task it runs in from those of other runs."""


class Record(Protocol):
    """Where it is written down, before the script is begun, for whichever process comes next."""

    def read(self) -> Begun | None: ...

    def write(self, begun: Begun) -> None: ...


class InMemory:
    """A record that dies with its process."""

    def __init__(self, begun: Begun | None = None) -> None:
        self._begun = begun

    def read(self) -> Begun | None:
        return self._begun

    def write(self, begun: Begun) -> None:
        self._begun = begun


def spoil(record: Record) -> None:
    """Write down that what was begun will never be done."""
    begun = record.read()
    if begun is not None and not begun.spoiled:
        record.write(begun.model_copy(update={"spoiled": True}))


@contextmanager
def spoiling(record: Record, *, rerun: bool) -> Iterator[None]:
    """Write down that the script which the block runs has failed, if it does.

    What took too long is worth another call if it may run again; from a checkpoint it would take as long.
    """
    try:
        yield
    except DeadlinePassed as late:
        spoil(record)
        if rerun:
            raise
        raise CommandFailed(late.what, where=late.where, seen=late.seen, remedy=late.remedy) from late
    except (CommandFailed, StepInterrupted):
        spoil(record)
        raise


def has_rebooted(record: Record, boot_id: str) -> bool:
    """Whether the guest is another boot than the one in which the script was begun, and was not stopped under it."""
    begun = record.read()
    return begun is not None and not begun.spoiled and begun.boot_id != boot_id


def begin(name: str, record: Record, boot_id: str, *, rerun: bool, shell: str = "", found: bool = True) -> Begun:
    """The run to go on with, or a new one, written down. ``found``: whether a run of this boot can be found again.

    Raises StepInterrupted when it was begun before, cannot be found, and may not be run again.
    """
    begun = record.read()
    if begun is not None and found and not begun.spoiled and begun.boot_id == boot_id:
        return begun
    if begun is not None and not rerun:
        raise _interrupted(name, begun, boot_id)
    run = begun.run + 1 if begun else 1
    now = Begun(boot_id=boot_id, run=run, shell=shell, task=f"{name} {run}" if shell else "")
    record.write(now)
    return now


def _interrupted(name: str, begun: Begun, boot_id: str) -> StepInterrupted:
    if begun.spoiled:
        seen = "it failed, or its machine was stopped under it"
    elif begun.boot_id != boot_id:
        seen = f"it was begun in boot {begun.boot_id} of the guest, which now is in boot {boot_id}"
    else:
        seen = "the process that had begun it died, and its exit code cannot be learned"
    return StepInterrupted(
        "The step was cut short, and its recipe does not say that it may run again",
        where=name,
        seen=seen,
        remedy="the build goes back to the last checkpoint by itself; with rerun: true it would run the step again",
    )
