"""Whether a VM whose guest is waited for runs at all: one that stopped will not answer, however long that lasts."""

from __future__ import annotations

import time
from typing import TypeVar

from azure.core.exceptions import AzureError, ResourceNotFoundError

from mintage.azure.clients import Clients
from mintage.azure.ensure import Document
from mintage.azure.ids import resource_id
from mintage.azure.power import power_state
from mintage.azure.together import Waiting
from mintage.errors import AzureBusy, MachineStopped
from mintage.waiting import Clock

Result = TypeVar("Result")
_VM = "Microsoft.Compute/virtualMachines"
_STILL = frozenset({"stopped", "deallocated"})


class Watch:
    """Looks at the VM when it is called, but not more often than Azure's budget of calls allows.

    Raises MachineStopped when it stands still or is gone. What Azure does not say is no reason: the wait has its end.
    """

    def __init__(self, clients: Clients, group: str, name: str, clock: Clock = time.monotonic) -> None:
        self._clients, self._group, self._name, self._clock = clients, group, name, clock
        self._next = clock() + clients.poll_seconds

    def __call__(self) -> None:
        if self._clock() >= self._next:
            self._next = self._clock() + self._clients.poll_seconds
            self.look()

    def look(self) -> None:
        """Now, whenever it did last. It is asked once: there will be another look."""
        try:
            found: Document = self._clients.compute.virtual_machines.get(
                self._group, self._name, expand="instanceView", retry_total=0
            )
        except ResourceNotFoundError:
            raise self._stopped("there is no such VM any more") from None
        except (AzureError, AzureBusy):
            return
        power = power_state(found)
        if power in _STILL:
            raise self._stopped(f"power state {power}")

    def _stopped(self, seen: str) -> MachineStopped:
        return MachineStopped(
            "The VM stopped while its guest was waited for",
            where=resource_id(self._clients.subscription_id, _VM, self._group, self._name),
            seen=seen,
            remedy="run the step again: a VM that proves an image is made anew then, a build VM is started",
        )


def while_running(watch: Watch, waiting: Waiting[Result]) -> Waiting[Result]:
    """The same, ended by MachineStopped. What Azure refuses since the VM does not run is that, too."""
    while True:
        try:
            seen = next(waiting)
        except StopIteration as end:
            result: Result = end.value
            return result
        except AzureError:
            watch.look()
            raise
        watch()
        yield seen
