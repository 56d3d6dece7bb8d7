"""Azure's budgets of calls, and which of them a call counts against.

Each is a bucket of tokens: a call takes one, and so many come back a minute until the bucket is full. Compute's are
from Microsoft Learn, "Compute throttling limits"; Resource Manager's, of a subscription and an identity, from
"Understand how Azure Resource Manager throttles requests". All are per region; here the regions share one of each,
which is never too much.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

_ACTIONS = {
    "deallocate": "delete VM",
    "simulateEviction": "delete VM",
    "retrieveBootDiagnosticsData": "get VM",
}
"""What is done to a VM by POST, where that is not an update."""


@dataclass(frozen=True)
class Limit:
    """A bucket. ``capacity`` and ``per_minute`` are calls."""

    name: str
    capacity: float
    per_minute: float

    def shared(self, share: float) -> Limit:
        return Limit(self.name, max(1.0, self.capacity * share), self.per_minute * share)


_OF_VM: dict[str, tuple[float, float]] = {
    "put VM": (12, 4),
    "update VM": (12, 4),
    "delete VM": (12, 4),
    "get VM": (36, 12),
    "get operation": (45, 15),
}
_OF_SUBSCRIPTION: dict[str, tuple[float, float]] = {
    "put VM": (1500, 500),
    "update VM": (1500, 500),
    "delete VM": (1500, 500),
    "get VM": (24000, 8000),
    "list VMs": (900, 300),
    "get operation": (15000, 5000),
}
_OF_MANAGER: dict[str, tuple[float, float]] = {"reads": (250, 1500), "writes": (200, 600), "deletes": (200, 600)}


def limits_of(method: str, url: str, share: float) -> tuple[Limit, ...]:
    """The budgets a call counts against: Azure Resource Manager's first, then Compute's own, then that of the VM.

    ``share`` of those of the subscription is this machine's; a VM is one build's alone.
    """
    words = urlsplit(url).path.strip("/").split("/")
    subscription = words[1].lower() if len(words) > 1 else ""
    manager = _manager_limit(method, subscription).shared(share)
    policy, resource = _compute_policy(method, words)
    if policy is None:
        return (manager,)
    whole = Limit(f"{subscription} {policy}", *_OF_SUBSCRIPTION[policy]).shared(share)
    own = (Limit(f"{resource} {policy}", *_OF_VM[policy]),) if policy in _OF_VM else ()
    return (manager, whole, *own)


def _manager_limit(method: str, subscription: str) -> Limit:
    kind = {"GET": "reads", "HEAD": "reads", "DELETE": "deletes"}.get(method, "writes")
    return Limit(f"{subscription} {kind}", *_OF_MANAGER[kind])


def _compute_policy(method: str, words: list[str]) -> tuple[str | None, str]:
    """Compute's name for the kind of call, and the VM or operation it is about."""
    lower = [word.lower() for word in words]
    if "microsoft.compute" not in lower:
        return None, ""
    inside = words[lower.index("microsoft.compute") + 1 :]
    if inside[:1] == ["locations"] and len(inside) > 3 and inside[2].lower().endswith("operations"):
        return "get operation", inside[3]
    if not inside or inside[0].lower() != "virtualmachines":
        return None, ""
    if len(inside) == 1:
        return "list VMs", ""
    return _vm_policy(method, inside[2:]), "/".join(lower[: lower.index("virtualmachines") + 2])


def _vm_policy(method: str, under: list[str]) -> str:
    if method == "GET":
        return "get VM"
    if method == "POST":
        return _ACTIONS.get(under[0], "update VM") if under else "update VM"
    if under or method == "PATCH":
        return "update VM"
    return "delete VM" if method == "DELETE" else "put VM"
