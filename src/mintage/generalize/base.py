"""What generalizing is made of, and what a distribution says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from mintage.artifacts import Package
from mintage.recipe import Generalize


@dataclass(frozen=True)
class Operation:
    """Something that must not be in an image.

    The shell files define ``act_<name>``, which takes it away, and ``prove_<name>``, which prints what is left of it.
    """

    name: str
    remedy: str


@dataclass(frozen=True)
class Question:
    """Something that must be true before. ``ask_<name>`` in the shell files prints what is wrong, or nothing."""

    name: str
    remedy: str


class Distribution:
    """One distribution. Subclass it with the ``ids`` it has in os-release, and state only the difference."""

    known: ClassVar[dict[str, type[Distribution]]] = {}
    scripts: ClassVar[tuple[str, ...]]
    """Files of ``operations/`` that hold the shell functions; of two functions of one name the later one counts."""
    traces: ClassVar[tuple[Operation, ...]]
    """What was done on the machine, in the order in which it goes."""
    identity: ClassVar[tuple[Operation, ...]]
    """What makes it this machine, the login last; goes after the traces and the recipe's own steps."""
    questions: ClassVar[tuple[Question, ...]]
    list_packages: ClassVar[str]
    """A command that prints the installed packages, one per line: name, tab, version."""
    disturbers: ClassVar[tuple[str, ...]]
    """Units that would write or change files meanwhile; stopped where they are there."""

    def __init_subclass__(cls, *, ids: tuple[str, ...] = ()) -> None:
        super().__init_subclass__()
        cls.known.update(dict.fromkeys(ids, cls))

    def __init__(self, name: str) -> None:
        self.name = name
        """As a reader knows it, such as ``Debian GNU/Linux 12 (bookworm)``."""

    def operations_for(self, options: Generalize) -> tuple[Operation, ...]:
        kept = {"package-cache": options.keep_package_cache, "logs": options.keep_logs, "utmp": options.keep_logs}
        own = (Operation(step.operation, "Mend this step of the recipe's generalize.steps.") for step in options.steps)
        every = (*self.traces, *own, *self.identity)
        return tuple(operation for operation in every if not kept.get(operation.name))

    def parse_packages(self, listing: str) -> tuple[Package, ...]:
        """What ``list_packages`` printed."""
        pairs = (line.split("\t") for line in listing.splitlines() if line)
        return tuple(Package(name=name, version=version) for name, version in pairs)
