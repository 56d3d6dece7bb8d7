"""uname, with the release of the kernel that the model's /boot holds."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_ORDER = "snrvmo"
_LONG = {
    "--all": "a",
    "--kernel-name": "s",
    "--nodename": "n",
    "--kernel-release": "r",
    "--kernel-version": "v",
    "--machine": "m",
    "--operating-system": "o",
}


def main(arguments: list[str]) -> int:
    asked = "".join(_LONG.get(word, word.lstrip("-")) for word in arguments[1:]) or "s"
    unknown = set(asked) - set(_ORDER) - set("api")
    if unknown:
        sys.stderr.write(f"uname: invalid option -- '{unknown.pop()}'\n")
        return 1
    host = os.uname()
    release = Path("/proc/sys/kernel/osrelease").read_text().strip()
    told = {"s": host.sysname, "n": host.nodename, "r": release, "m": host.machine, "o": "GNU/Linux"}
    told["v"] = "#1 SMP localazure's model of a Linux guest"
    shown = _ORDER if "a" in asked else [letter for letter in _ORDER if letter in asked]
    sys.stdout.write(" ".join([told[letter] for letter in shown] or ["unknown"]) + "\n")
    return 0
