"""The end of a generalized guest: it turns itself off, and must not have started again before that was seen.

What boots a machine again whose host failed in that moment does not know that it was about to go: it gets a new
identity, which would be in the image.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from mintage.artifacts import BuildVm
from mintage.azure.clients import Clients
from mintage.azure.power import power_state, there_at_rest
from mintage.azure.together import Waiting, finish, rest
from mintage.errors import DeadlinePassed

_LOOK_EVERY = 15.0


class BootedAgain(Exception):
    """The guest is up, and has an identity again."""


def wait_until_off(clients: Clients, vm: BuildVm, booted_again: Callable[[], bool], *, seconds: float) -> None:
    """Return once Azure sees the VM stopped, usually in a minute. ``booted_again`` is asked now and then meanwhile.

    Raises BootedAgain, also when it still runs after ``seconds``; MachineLost when it is gone.
    """
    try:
        finish(vm.resource_id, _off(clients, vm, booted_again), seconds=seconds)
    except DeadlinePassed as error:
        raise BootedAgain(error.seen) from error


def _off(clients: Clients, vm: BuildVm, booted_again: Callable[[], bool]) -> Waiting[None]:
    look = time.monotonic() + _LOOK_EVERY
    while power_state((yield from there_at_rest(clients, vm))) == "running":
        if time.monotonic() > look:
            if booted_again():
                raise BootedAgain("another boot of it answers")
            look = time.monotonic() + _LOOK_EVERY
        yield from rest(clients.poll_seconds, "running")
