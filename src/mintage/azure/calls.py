"""What was asked of Azure Resource Manager: counted by kind, and the role actions that each kind needs."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import HTTPPolicy, SansIOHTTPPolicy

from mintage.outside import OUTSIDE


class Timed(HTTPPolicy[Any, Any]):
    """Counts a call, with its token and all its attempts, as time outside of this process."""

    def send(self, request: PipelineRequest[Any]) -> PipelineResponse[Any, Any]:
        with OUTSIDE.running():
            return self.next.send(request)


_VERBS = {"GET": "read", "HEAD": "read", "PUT": "write", "PATCH": "write", "DELETE": "delete", "POST": "action"}
_ROOT = "Microsoft.Resources/subscriptions"

LINKED = {
    # Writing a resource that refers to others asks for these on the others, although no call of ours shows them
    # (Microsoft Learn: "Azure virtual network permissions", "Azure permissions for Compute").
    "Microsoft.Compute/virtualMachines/write": (
        "Microsoft.Compute/disks/write",
        "Microsoft.Network/networkInterfaces/join/action",
    ),
    # Its disk goes with it, since deleteOption says so.
    "Microsoft.Compute/virtualMachines/delete": ("Microsoft.Compute/disks/delete",),
    # A disk made from a snapshot.
    "Microsoft.Compute/disks/write": (
        "Microsoft.Compute/snapshots/beginGetAccess/action",
        "Microsoft.Compute/snapshots/read",
    ),
    "Microsoft.Compute/snapshots/write": (
        "Microsoft.Compute/disks/read",
        "Microsoft.Compute/disks/beginGetAccess/action",
    ),
    "Microsoft.Network/networkInterfaces/write": (
        "Microsoft.Network/networkSecurityGroups/join/action",
        "Microsoft.Network/publicIPAddresses/join/action",
        "Microsoft.Network/virtualNetworks/subnets/join/action",
    ),
}


def kind_of(method: str, url: str) -> str:
    """Name a call without the names in it: ``PUT Microsoft.Compute/virtualMachines``."""
    path = urlsplit(url).path.strip("/")
    before, found, resource = path.rpartition("/providers/")
    if found and "/" in resource:
        namespace, *pairs = resource.split("/")
        return f"{method} {'/'.join([namespace, *pairs[::2]])}"
    words = (f"{before}/providers" if found else path).split("/")[2:]
    # Clients and servers write this one word in two ways.
    types = [re.sub("(?i)^resourcegroups$", "resourceGroups", word) for word in words[::2]]
    return f"{method} {'/'.join([_ROOT, *types])}"


def role_action(kind: str) -> str:
    """The action a role must allow for a call of this kind: ``Microsoft.Compute/virtualMachines/write``."""
    method, _, resource = kind.partition(" ")
    return f"{resource}/{_VERBS[method]}"


def role_actions(kinds: Iterable[str]) -> frozenset[str]:
    """All the actions a role must allow for calls of these kinds, those on resources referred to included."""
    own = frozenset(map(role_action, kinds))
    return own.union(*(LINKED.get(action, ()) for action in own))


class CallCounter(SansIOHTTPPolicy[Any, Any]):
    """A pipeline policy that counts what goes over the wire, retries included."""

    def __init__(self, calls: Counter[str]) -> None:
        self._calls, self._lock = calls, threading.Lock()

    def on_request(self, request: PipelineRequest[Any]) -> None:
        kind = kind_of(request.http_request.method, request.http_request.url)
        with self._lock:
            self._calls[kind] += 1
