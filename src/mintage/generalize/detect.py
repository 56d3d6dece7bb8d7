"""Which distribution a guest is."""

from __future__ import annotations

import shlex

from mintage.errors import UnsupportedGuest
from mintage.generalize import azure_linux, debian, flatcar, redhat, suse, ubuntu
from mintage.generalize.base import Distribution
from mintage.generalize.unknown import Unknown
from mintage.recipe import Generalize

FAMILIES = (azure_linux, debian, flatcar, redhat, suse, ubuntu)
"""Importing them makes their distributions known."""


def detect(os_release: str, options: Generalize, *, kept: bool = False) -> Distribution:
    """The distribution that the text of /etc/os-release names.

    What nobody here knows is accepted if the recipe says itself how to generalize it, or if nothing is taken away
    (``kept``); else raises UnsupportedGuest with what was seen. ``ID_LIKE`` does not count: a relative's traces are
    elsewhere, and what nobody looked for would pass as clean.
    """
    fields = _fields(os_release)
    kind = Distribution.known.get(fields.get("ID", ""), Unknown if options.steps or kept else None)
    if kind is None:
        raise UnsupportedGuest(
            "Nothing here knows how to generalize this operating system",
            seen=f"ID={fields.get('ID', '(none)')}, PRETTY_NAME={fields.get('PRETTY_NAME', '(none)')}",
            remedy=f"Known are {', '.join(sorted(Distribution.known))}. Give the recipe generalize.steps that take "
            "away and prove what is special about this one; docs/generalize.md says how.",
        )
    return kind(fields.get("PRETTY_NAME") or fields.get("ID") or "an operating system without a name")


def _fields(os_release: str) -> dict[str, str]:
    pairs = (line.partition("=") for line in os_release.splitlines() if "=" in line and not line.startswith("#"))
    return {name.strip(): " ".join(shlex.split(value)) for name, _, value in pairs}
