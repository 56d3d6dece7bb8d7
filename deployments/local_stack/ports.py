"""Ports that are free on this machine, the same ones for a stack every time as long as they stay free."""

from __future__ import annotations

import json
import random
import socket
from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path

from deployments.local_stack.slots import Slot

_PREFERRED = {"prefect": 4200, "resource_manager": 8443, "metadata": 8444, "blobs": 8445}
"""Of the first slot: Prefect's and localazure's own defaults. Each further slot begins ten above."""
_LENT = Path("/proc/sys/net/ipv4/ip_local_port_range")
"""The first and the last port of outgoing connections: usually 32768 and 60999."""
_LOWEST = 10_000
"""Below it are those that services are known by."""


@dataclass(frozen=True)
class Ports:
    prefect: int
    resource_manager: int
    metadata: int
    blobs: int


def choose_ports(slot: Slot, *, usual: bool = True) -> Ports:
    """Return what the slot used last, a taken port replaced by a free one, and keep the choice for the next time.

    The first time they are the usual ones, or any. A part listens seconds after it was given its port: of two stacks
    with the same number that start at once, in different folders, one would else work with the other's server.
    Links in the history of a slot name its ports, and so do the addresses of localazure's unfinished operations.
    """
    kept = slot.folder / "ports.json"
    usually = {name: port + 10 * (slot.number - 1) for name, port in _PREFERRED.items()} if usual else {}
    wanted = usually | _read(kept)
    chosen: dict[str, int] = {}
    for name in _PREFERRED:
        port = wanted.get(name)
        chosen[name] = port if port and is_free(port) else free_port(but={*chosen.values(), *wanted.values()})
    ports = Ports(**chosen)
    kept.write_text(json.dumps(asdict(ports)), encoding="utf-8")
    return ports


def _read(kept: Path) -> dict[str, int]:
    try:
        found = json.loads(kept.read_text(encoding="utf-8"))
        return {name: int(found[name]) for name in _PREFERRED if name in found}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def is_free(port: int, address: str = "127.0.0.1") -> bool:
    """Whether this process may listen there: nobody does yet, and the kernel allows it (ports under 1024)."""
    with socket.socket() as listener:
        # As servers do: connections of the last one that are still closing are no hindrance.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((address, port))
        except OSError:
            return False
        return True


def free_port(address: str = "127.0.0.1", but: Collection[int] = ()) -> int:
    """Any that is free, and that the kernel gives no outgoing connection: one was taken so before its part listened.

    None of ``but``. Where the kernel may give all of them, it chooses.
    """
    first_lent = int(_LENT.read_text(encoding="ascii").split()[0])
    own = [port for port in range(_LOWEST, first_lent) if port not in but]
    return next((port for port in random.sample(own, len(own)) if is_free(port, address)), 0) or _any_port(address)


def _any_port(address: str) -> int:
    with socket.socket() as listener:
        listener.bind((address, 0))
        return int(listener.getsockname()[1])
