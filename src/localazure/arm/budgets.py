"""Azure's budgets of calls: buckets of tokens, told of in headers and enforced with 429.

Compute's sizes and refills: Microsoft Learn, "Compute throttling limits"; Resource Manager's: "Understand how Azure
Resource Manager throttles requests". What Compute calls its buckets in the headers is documented for an older scheme
only, so the names are made up after it.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from localazure.arm.calls import Answer
from localazure.arm.errors import CloudError
from localazure.faults.occasions import Occasion

_VM = "Microsoft.Compute/virtualMachines"
_DELETING = frozenset({"deallocate", "simulateEviction"})
_READING = frozenset({"retrieveBootDiagnosticsData"})
_SIZES: dict[str, tuple[tuple[float, float], tuple[float, float]]] = {
    # Capacity and refill a minute, of one machine and of the subscription.
    "PutVM": ((12, 4), (1500, 500)),
    "UpdateVM": ((12, 4), (1500, 500)),
    "DeleteVM": ((12, 4), (1500, 500)),
    "GetVM": ((36, 12), (24000, 8000)),
    "GetOperation": ((45, 15), (15000, 5000)),
}
_MANAGER = {"reads": (250, 1500), "writes": (200, 600), "deletes": (200, 600)}


@dataclass
class _Bucket:
    name: str
    capacity: float
    per_second: float
    tokens: float
    at: float

    def fill(self, now: float) -> None:
        self.tokens = min(self.capacity, self.tokens + (now - self.at) * self.per_second)
        self.at = now


class Budgets:
    """Of the one subscription and identity there are. ``speed``: tokens come back so many times as fast as on Azure."""

    def __init__(self, speed: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._speed, self._clock, self._lock = speed, clock, threading.Lock()
        self._buckets: dict[str, _Bucket] = {}

    def spend(self, occasion: Occasion) -> tuple[dict[str, str], float]:
        """The headers that tell what is left, and the seconds to wait when a bucket is empty; then nothing is spent."""
        with self._lock:
            buckets = [*self._of(occasion)]
            missing = max(((1 - each.tokens) / each.per_second for each in buckets), default=0.0)
            for each in buckets if missing <= 0 else ():
                each.tokens -= 1
            return _headers(buckets), missing

    def _of(self, occasion: Occasion) -> Iterator[_Bucket]:
        kind = {"GET": "reads", "HEAD": "reads", "DELETE": "deletes"}.get(occasion.method, "writes")
        yield self._bucket(kind, kind, *_MANAGER[kind])
        policy = _policy(occasion)
        if policy:
            own, whole = _SIZES[policy]
            yield self._bucket(f"Microsoft.Compute/{policy}Subscription", policy, *whole)
            yield self._bucket(f"Microsoft.Compute/{policy}Resource", f"{policy} {occasion.resource.lower()}", *own)

    def _bucket(self, name: str, key: str, capacity: float, per_minute: float) -> _Bucket:
        now = self._clock()
        new = _Bucket(name, capacity, per_minute * self._speed / 60, capacity, now)
        bucket = self._buckets.setdefault(f"{name} {key}", new)
        bucket.fill(now)
        return bucket


def throttled(error: CloudError, headers: dict[str, str], missing: float) -> Answer:
    """The 429 as Azure sends it."""
    return Answer(429, {"error": error.body()}, headers | {"Retry-After": str(math.ceil(missing))})


def _policy(occasion: Occasion) -> str | None:
    method, _, kind = occasion.operation.partition(" ")
    if kind.startswith("Microsoft.Compute/locations/") and method == "GET" and "perations" in kind:
        return "GetOperation"
    if occasion.machine is None or not kind.startswith(_VM):
        return None
    action = kind.removeprefix(_VM).strip("/")
    if method == "GET" or action in _READING:
        return "GetVM"
    if action in _DELETING or (method == "DELETE" and not action):
        return "DeleteVM"
    return "PutVM" if method == "PUT" and not action else "UpdateVM"


def _headers(buckets: list[_Bucket]) -> dict[str, str]:
    manager, *compute = buckets
    headers = {f"x-ms-ratelimit-remaining-subscription-{manager.name}": str(int(manager.tokens))}
    if compute:
        left = ",".join(f"{each.name};{int(each.tokens)}" for each in compute)
        headers["x-ms-ratelimit-remaining-resource"] = left
    return headers
