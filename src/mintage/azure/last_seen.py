"""What is to be seen of a VM from outside, for the error of one whose guest does not answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from azure.core.exceptions import AzureError, ResourceNotFoundError

from mintage.azure.clients import Clients
from mintage.azure.ensure import Document, state_of
from mintage.azure.errors import innermost
from mintage.azure.power import power_state
from mintage.azure.serial_log import read_serial_log
from mintage.errors import CommandFailed, ConnectionFailed, DeadlinePassed, GuestSilent, ImageUnfit, MintageError

_LINES = 10
_LONGEST = 160
"""Characters of a line of the console."""
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|[\x00-\x08\x0b-\x1f\x7f]")
"""Colours and cursor movements of a terminal, and other characters that are none to read."""


@contextmanager
def telling_last_seen(clients: Clients, group: str, *names: str) -> Iterator[None]:
    """Add power state, agent and console's last lines of the VMs to the error that says that a guest does not answer.

    Others are left as they are, and so is what kind of error it is.
    """
    try:
        yield
    except (DeadlinePassed, ConnectionFailed, GuestSilent, ImageUnfit, CommandFailed) as error:
        if isinstance(error, CommandFailed) and not isinstance(error.__cause__, DeadlinePassed):
            # The guest answered: that is its exit code.
            raise
        raise error.with_seen("\n".join(last_seen(clients, group, name) for name in names)) from error


def last_seen(clients: Clients, group: str, name: str) -> str:
    """Lines for a reader. Never raises for what cannot be learned: it says so. Asks once, and waits for nothing."""
    try:
        vm: Document = clients.compute.virtual_machines.get(group, name, expand="instanceView", retry_total=0)
    except ResourceNotFoundError:
        return f"{name}: there is no such VM"
    except AzureError as error:
        return f"{name}: Azure does not say: {': '.join(filter(None, innermost(error)))}"
    _, agent = agent_status(vm)
    return (
        f"{name}: {state_of(vm)}, power state {power_state(vm)}\nIts agent: {agent}\n{_console(clients, group, name)}"
    )


def agent_status(vm: Document) -> tuple[bool, str]:
    """Whether Azure calls the agent in the guest ready, and what it hears of it: ``Ready, version 2.9.1.1``."""
    agent = vm["properties"].get("instanceView", {}).get("vmAgent") or {}
    statuses = [str(each.get("displayStatus")) for each in agent.get("statuses") or []]
    said = f"{', '.join(statuses) or 'no word of it'}, version {agent.get('vmAgentVersion', 'unknown')}"
    return "Ready" in statuses, said


def _console(clients: Clients, group: str, name: str) -> str:
    try:
        text = read_serial_log(clients, group, name, retries=0)
    except MintageError as error:
        return f"Its console cannot be read: {error.seen or error.what}"
    lines = readable(text)[-_LINES:]
    if not lines:
        return "Its console is empty."
    return "\n".join(["The last lines of its console:", *(f"  {line}" for line in lines)])


def readable(text: str) -> list[str]:
    """The lines that say something, without what is meant for a terminal, cut to a readable length."""
    # What follows a carriage return was written over what was before it.
    plain = (_CONTROL.sub("", line.rstrip("\r").rpartition("\r")[2]) for line in text.split("\n"))
    return [line[:_LONGEST].rstrip() for line in plain if line.strip()]
