"""What can be done to a real machine from outside."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from localazure.guest.scheduled_events import ScheduledEvents
from localazure.hypervisor.base import HypervisorError
from localazure.hypervisor.mishaps import ConnectionsCut, Crash, Mishap, Preemption
from localazure.hypervisor.qemu.command import NETWORK_ID
from localazure.hypervisor.qemu.instance import Instance

UNPLUGGED_SECONDS = 5.0


def befall(instance: Instance, mishap: Mishap) -> None:
    """Raises HypervisorError for what cannot be done from outside."""
    match mishap:
        case Crash(then="stops"):
            instance.kill()
        case Crash(then=then):
            with instance.monitor() as monitor:
                monitor.ask("stop" if then == "hangs" else "system_reset")
        case ConnectionsCut():
            _unplug(instance)
        case Preemption(seconds=seconds):
            ScheduledEvents(instance.paths.events).preempt(datetime.now(UTC) + timedelta(seconds=seconds))
        case _:
            raise HypervisorError(f"A real machine cannot be given this from outside: {mishap!r}")


def _unplug(instance: Instance) -> None:
    """QEMU cannot end one connection, so the network's cable is out for a while: all of them stand still."""
    with instance.monitor() as monitor:
        monitor.ask("set_link", name=NETWORK_ID, up=False)
    try:
        time.sleep(UNPLUGGED_SECONDS)
    finally:
        with instance.monitor() as monitor:
            monitor.ask("set_link", name=NETWORK_ID, up=True)
