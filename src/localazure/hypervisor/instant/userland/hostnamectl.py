"""hostnamectl: shows the names, and sets the static one. The running system takes it at the next boot."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

STATIC = Path("/etc/hostname")


def main(arguments: list[str]) -> int:
    words = [word for word in arguments[1:] if not word.startswith("-")]
    if words[:1] in (["set-hostname"], ["hostname"]) and len(words) > 1:
        STATIC.write_text(f"{words[1]}\n")
        return 0
    if words[:1] == ["hostname"] or "--static" in arguments:
        sys.stdout.write(STATIC.read_text())
        return 0
    sys.stdout.write(f" Static hostname: {STATIC.read_text()}   Kernel hostname: {socket.gethostname()}\n")
    sys.stdout.write("  Virtualization: localazure's model of a Linux guest\n")
    sys.stdout.write("Operating System: Debian GNU/Linux 12 (bookworm)\n")
    return 0
