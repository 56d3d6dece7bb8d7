"""A distribution that nobody here knows, generalized by what all share and by the recipe's own steps."""

from __future__ import annotations

from mintage.generalize.debian import Debian
from mintage.generalize.linux import Linux
from mintage.generalize.rpm import Rpm


class Unknown(Linux):
    # A system that has neither has nothing to list.
    list_packages = (
        f"if command -v rpm >/dev/null; then {Rpm.list_packages};"
        f" elif command -v dpkg-query >/dev/null; then {Debian.list_packages}; fi"
    )
