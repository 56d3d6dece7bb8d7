"""What generalizing is made of, and which distribution does what."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import ClassVar

from mintage.artifacts import Package
from mintage.errors import UnsupportedGuest
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
    """One Linux distribution. Subclass it with the ``ids`` it has in os-release, and state only the difference."""

    known: ClassVar[dict[str, type[Distribution]]] = {}
    scripts: ClassVar[tuple[str, ...]]
    """Files of ``operations/`` that hold the shell functions of its operations and questions."""
    operations: ClassVar[tuple[Operation, ...]]
    """In the order in which they run."""
    list_packages: ClassVar[str]
    """A command that prints the installed packages, one per line: name, tab, version."""
    questions: ClassVar[tuple[Question, ...]]

    def __init_subclass__(cls, *, ids: tuple[str, ...] = ()) -> None:
        super().__init_subclass__()
        cls.known.update(dict.fromkeys(ids, cls))

    def __init__(self, name: str) -> None:
        self.name = name
        """As a reader knows it, such as ``Debian GNU/Linux 12 (bookworm)``."""

    def operations_for(self, options: Generalize) -> tuple[Operation, ...]:
        kept = {"package-cache": options.keep_package_cache, "logs": options.keep_logs, "utmp": options.keep_logs}
        return tuple(operation for operation in self.operations if not kept.get(operation.name))

    def parse_packages(self, listing: str) -> tuple[Package, ...]:
        """What ``list_packages`` printed."""
        pairs = (line.split("\t") for line in listing.splitlines() if line)
        return tuple(Package(name=name, version=version) for name, version in pairs)


def detect(os_release: str) -> Distribution:
    """The distribution that the text of /etc/os-release names. Raises UnsupportedGuest with what was seen.

    ``ID_LIKE`` does not count: a relative's traces are elsewhere, and what nobody looked for would pass as clean.
    """
    fields = _fields(os_release)
    kind = Distribution.known.get(fields.get("ID", ""))
    if kind is None:
        raise UnsupportedGuest(
            "Nothing here knows how to generalize this operating system",
            seen=f"ID={fields.get('ID', '(none)')}, PRETTY_NAME={fields.get('PRETTY_NAME', '(none)')}",
            remedy=f"Known are {', '.join(sorted(Distribution.known))}. docs/ says how to add one.",
        )
    return kind(fields.get("PRETTY_NAME", fields["ID"]))


def _fields(os_release: str) -> dict[str, str]:
    pairs = (line.partition("=") for line in os_release.splitlines() if "=" in line and not line.startswith("#"))
    return {name.strip(): " ".join(shlex.split(value)) for name, _, value in pairs}
