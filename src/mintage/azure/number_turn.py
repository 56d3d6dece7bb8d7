"""Turns at a definition's next number: of the builds of a machine, one looks for it and asks for it at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from filelock import FileLock

from mintage.azure.clients import Clients
from mintage.azure.gallery import DEFINITION, definition_path
from mintage.azure.ids import resource_id
from mintage.build_plan import BuildPlan

_LONGEST = 900.0
"""Seconds. Who has the turn sends four calls in it, and may have to wait with each: a hundred take more than a minute.
One that dies gives it back."""
_LOOK_EVERY = 0.25


@contextmanager
def number_turn(clients: Clients, plan: BuildPlan) -> Iterator[Callable[[], None]]:
    """The turn lasts until the block ends, or calls what it is given.

    Without turns, of a hundred builds that look at once all but one look in vain, again and again. They are no more
    than that: who does not get one in a quarter of an hour, or works elsewhere, goes on and may lose the number.
    """
    definition = resource_id(clients.subscription_id, DEFINITION, *definition_path(plan)).lower()
    folder = clients.settings.state_folder
    lock = FileLock(folder / f"number-{hashlib.sha256(definition.encode()).hexdigest()[:16]}.lock", timeout=_LONGEST)
    # filelock's Timeout is one, too.
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(poll_interval=_LOOK_EVERY)
    try:
        yield lock.release
    finally:
        lock.release()
