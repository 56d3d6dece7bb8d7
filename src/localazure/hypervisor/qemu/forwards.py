"""Opens and closes the host's ports that lead into a guest, and says why when one cannot be opened."""

from __future__ import annotations

import errno
import re
import socket

from localazure.hypervisor.base import Forward, HypervisorError
from localazure.hypervisor.qemu.command import GUEST_ADDRESS, NETWORK_ID
from localazure.hypervisor.qemu.qmp import Monitor
from localazure.hypervisor.qemu.settings import QemuSettings

_LISTED = re.compile(r"TCP\[HOST_FORWARD\]\s+\S+\s+(?P<address>\S+)\s+(?P<port>\d+)\s+\S+\s+(?P<guest>\d+)")


def open_forwards(monitor: Monitor) -> set[Forward]:
    """What QEMU forwards now."""
    listed = _LISTED.finditer(monitor.human("info usernet"))
    return {Forward(address=m["address"], port=int(m["port"]), guest_port=int(m["guest"])) for m in listed}


def change_forwards(monitor: Monitor, wanted: tuple[Forward, ...], settings: QemuSettings) -> None:
    """Make it ``wanted``, closing first. Raises HypervisorError when a port cannot be opened."""
    present = open_forwards(monitor)
    for forward in present - set(wanted):
        monitor.human(f"hostfwd_remove {NETWORK_ID} tcp:{forward.address}:{forward.port}")
    for forward in [f for f in wanted if f not in present]:
        rule = f"tcp:{forward.address}:{forward.port}-{GUEST_ADDRESS}:{forward.guest_port}"
        told = monitor.human(f"hostfwd_add {NETWORK_ID} {rule}")
        if told:
            raise HypervisorError(_why(forward, told, settings))


def _why(forward: Forward, told: str, settings: QemuSettings) -> str:
    place = f"{forward.address}:{forward.port}"
    code = _bind_error(forward)
    if code == errno.EACCES:
        return (
            f"{place} could not be opened: ports under 1024 are for root. Run localazure as root, lower "
            f"`sysctl net.ipv4.ip_unprivileged_port_start`, or set higher ports with {settings.low_ports_setting}."
        )
    if code == errno.EADDRINUSE:
        return f"{place} is taken by another program (`ss -ltnp` shows it). Stop it, then start again."
    if code == errno.EADDRNOTAVAIL:
        return f"{place} could not be opened: {forward.address} is not an address of this host."
    return f"{place} could not be opened: {told}"


def _bind_error(forward: Forward) -> int:
    """QEMU does not say why, so it is tried once more here."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((forward.address, forward.port))
            probe.listen()
        except OSError as error:
            return error.errno or 0
    return 0
