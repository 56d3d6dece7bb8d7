"""What QEMU's state means to somebody who asks whether the machine runs."""

from __future__ import annotations

from localazure.hypervisor.base import PowerState
from localazure.hypervisor.qemu.instance import Instance

_WAITING = {
    "io-error": "The host's disk is full or failed, and the machine waits. Make room, then start it: it goes on.",
    "guest-panicked": "The guest's kernel panicked. The serial log says why; start the machine to boot it again.",
    "internal-error": "QEMU met an internal error and stopped the machine. Start it to boot it again.",
}


def power_of(instance: Instance, *, wanted: bool) -> tuple[PowerState, str | None]:
    """The power state and, for a machine that should run and does not, why not."""
    state = instance.run_state()
    if state == "shutdown":
        return PowerState.STOPPED, None
    if state in _WAITING:
        return PowerState.STOPPED, f"{_WAITING[state]} {instance.last_words()}".strip()
    if state is not None:
        return PowerState.RUNNING, None
    return PowerState.STOPPED, _end_of(instance) if wanted else None


def _end_of(instance: Instance) -> str:
    told = (
        instance.last_words() or "it wrote nothing, as when it is killed or the host runs out of memory (see `dmesg`)"
    )
    return f"QEMU ended although nobody stopped the machine: {told} (log: {instance.paths.log})"
