"""journalctl on the model's journal: a text file where systemd's would be. Rotating and vacuuming work on it."""

from __future__ import annotations

import sys
from pathlib import Path

JOURNAL = Path("/var/log/journal")


def _rotate() -> None:
    for path in JOURNAL.glob("*/system.journal"):
        path.replace(path.with_name("system@archived.journal"))
        path.touch()


def _vacuum() -> None:
    for path in JOURNAL.glob("*/*@*.journal"):
        path.unlink()


def main(arguments: list[str]) -> int:
    options = arguments[1:]
    if "--rotate" in options:
        _rotate()
    if any(option.startswith("--vacuum") for option in options):
        _vacuum()
    acts = ("--rotate", "--vacuum", "--flush", "--sync", "--relinquish-var")
    if not any(option.startswith(acts) for option in options):
        for path in sorted(JOURNAL.glob("*/*.journal")):
            sys.stdout.write(path.read_text())
    return 0
