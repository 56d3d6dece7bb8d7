"""A moment at which a fault may strike: a call that came in, under the name of what it does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from localazure.allocation import Allocation
from localazure.arm.calls import Call

LOGIN = "POST login/token"
"""What a client with a secret asks of the login endpoint."""
METADATA = "GET metadata/token"
"""What a client with a managed identity asks of the metadata service."""
_MACHINE = re.compile(
    "/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft.Compute/virtualMachines/[^/]+", re.IGNORECASE
)
TOKEN_OPERATIONS = (LOGIN, METADATA)
BLOBS = "blobs/"
"""What operations of the blob service are on: ``PUT blobs/page``."""
BLOB_OPERATIONS = tuple(
    f"{method} {BLOBS}{part}"
    for part, methods in {
        "account": ("GET",),
        "container": ("GET", "HEAD", "PUT", "DELETE"),
        "blob": ("GET", "HEAD", "PUT", "DELETE"),
        "page": ("PUT",),
        "pagelist": ("GET",),
        "metadata": ("GET", "HEAD", "PUT"),
        "properties": ("PUT",),
    }.items()
    for method in methods
)


@dataclass(frozen=True)
class Occasion:
    operation: str
    """``PUT Microsoft.Compute/virtualMachines``, ``POST Microsoft.Compute/virtualMachines/deallocate`` and so on."""
    resource: str
    """The id of what it is about, without its query; for the polling of an operation, of what that works on."""
    method: str = ""
    path: str = ""
    allocation: Allocation | None = None
    """The place to run that it wants for a machine."""
    struck: list[int] = field(default_factory=list, compare=False)
    """The faults that struck it so far, in order."""

    @property
    def name(self) -> str:
        return self.resource.rpartition("/")[2]

    @property
    def needed_allocation(self) -> Allocation:
        """For faults that concern nothing else."""
        if self.allocation is None:
            message = f"{self.operation} gives no machine a place"
            raise LookupError(message)
        return self.allocation

    @property
    def machine(self) -> str | None:
        """The id of the virtual machine that it is about."""
        found = _MACHINE.match(self.resource)
        return found[0] if found else None

    @property
    def kind(self) -> str:
        """The operation without its method."""
        return self.operation.partition(" ")[2]


def occasion_of(
    call: Call, polled: str | None, types: Mapping[str, str], allocation: Allocation | None = None
) -> Occasion:
    """What faults know a call by.

    ``polled``: the id of the resource that the operation polled by this call works on. ``types``: the spelling of the
    types served, by their lower-case names; clients spell them as they like.
    """
    path = call.path.rstrip("/")
    method, _, kind = operation_name(call.method, path).partition(" ")
    outer, _, last = kind.rpartition("/")
    spelled = types.get(kind.lower()) or f"{types.get(outer.lower(), outer)}/{last}"
    return Occasion(f"{method} {spelled}", polled or path, call.method, path, allocation)


def operation_name(method: str, path: str) -> str:
    """The method and what it is done to: the type of a resource, or an action or a view of one.

    The path's names are left out, so every second word after the provider's namespace remains.
    """
    words = path.strip("/").split("/")
    lowered = [word.lower() for word in words]
    if "providers" in lowered[:-1]:
        at = lowered.index("providers") + 1
        return f"{method} {'/'.join([words[at], *words[at + 1 :: 2]])}"
    return f"{method} Microsoft.Resources/{words[-1] if len(words) % 2 else words[-2]}"
