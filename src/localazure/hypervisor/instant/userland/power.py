"""reboot, poweroff, halt and shutdown. Whatever time shutdown is given, it is now."""

from __future__ import annotations

import sys
from pathlib import Path

from localazure.hypervisor.instant.userland import asking_init


def turn(to: str) -> int:
    """Ask init to ``reboot`` or ``poweroff``."""
    refused = asking_init.ask(ask="power", to=to).get("refused")
    if refused:
        sys.stderr.write(f"{refused}\n")
    return 1 if refused else 0


def main(arguments: list[str]) -> int:
    name, options = Path(arguments[0]).name, arguments[1:]
    if name == "shutdown" and {"-c", "--cancel"} & set(options):
        return 0
    restarts = name == "reboot" or (name == "shutdown" and bool({"-r", "--reboot"} & set(options)))
    return turn("reboot" if restarts else "poweroff")
