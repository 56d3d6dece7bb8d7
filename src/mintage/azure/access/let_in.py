"""The way into a Linux VM that was made of a machine's own disk: it asks Azure for no user, no key, no custom data.

See docs/adr/0009-specialized-sources.md.
"""

from __future__ import annotations

import re
from importlib.resources import files
from shlex import quote

from mintage.artifacts import Address
from mintage.azure.access.base import RunningVm
from mintage.azure.clients import Clients
from mintage.azure.run_command import run_shell
from mintage.azure.together import Waiting
from mintage.build_plan import BuildPlan
from mintage.credentials import BuildKeys
from mintage.errors import CommandFailed
from mintage.names import BUILD_USER
from mintage.settings import Settings

_HOST_KEY = re.compile(r"^mintage-host-key (\S+ \S+)", re.MULTILINE)


def let_in(
    clients: Clients,
    settings: Settings,
    plan: BuildPlan,  # noqa: ARG001 - one shape with ``Access.build_address``
    keys: BuildKeys,
    running: RunningVm,
) -> Waiting[Address]:
    """Have Azure's agent make the build's user with its key, and tell the guest's host key; once more does no harm.

    Raises CommandFailed when the guest could not, and what ``run_command.run_shell`` does.
    """
    given = f"BUILD_USER={quote(BUILD_USER)}\nBUILD_KEY={quote(keys.user_key().public)}\n"
    host_key = yield from _host_key(clients, running, f"{given}{_script('let_in.sh')}")
    return Address(host=running.host, port=settings.ssh_port, user=BUILD_USER, host_key=host_key)


def told_host_key(clients: Clients, running: RunningVm) -> Waiting[str]:
    """Have Azure's agent tell the guest's host key, and change nothing. Raises as ``let_in``."""
    return (yield from _host_key(clients, running))


def _script(name: str) -> str:
    return (files("mintage.azure.access") / name).read_text(encoding="utf-8")


def _host_key(clients: Clients, running: RunningVm, before: str = "") -> Waiting[str]:
    text = f"#!/bin/bash\n{_script('settled.sh')}{before}{_script('host_key.sh')}"
    said = yield from run_shell(clients, running.group, running.name, text)
    found = _HOST_KEY.search(said)
    if found is None:
        raise CommandFailed(
            "The guest did not tell its host key",
            where=running.name,
            seen=said.strip()[-500:] or "nothing",
            remedy="see that sshd is installed on the source's disk",
        )
    return found[1]
