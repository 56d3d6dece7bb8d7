"""The operations there are, so that a fault for none of them is refused instead of never striking."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localazure.allocation import CORES, SPOT_CORES
from localazure.arm.families import FAMILIES, Style
from localazure.arm.resource_type import ResourceType
from localazure.faults.fault import Fault, ImpossibleFault, Stage
from localazure.faults.kinds.machines import MachineFault
from localazure.faults.kinds.operations import OperationFault
from localazure.faults.occasions import BLOB_OPERATIONS, TOKEN_OPERATIONS, operation_name
from localazure.faults.patterns import matches
from localazure.locations import LOCATIONS, ZONES
from localazure.providers.compute.sizes import SIZES

if TYPE_CHECKING:
    from localazure.cloud import Cloud


@dataclass(frozen=True)
class KnownOperation:
    name: str
    stages: frozenset[Stage]
    halves: bool = False
    """Its effect can stop half-way."""


_WORDS = {
    "size": [size.name for size in SIZES],
    "location": list(LOCATIONS),
    "zone": list(ZONES),
    "quota": [CORES, SPOT_CORES, *sorted({size.family for size in SIZES})],
}
"""What fields of these names may match."""
_CALL = frozenset({Stage.ARRIVAL, Stage.DEPARTURE, Stage.DELIVERY, Stage.RECORD, Stage.BEFORE_CALL, Stage.AFTER_CALL})
_LONG_CALL = _CALL | {Stage.EFFECT}
_BLOB = frozenset({Stage.ARRIVAL, Stage.DEPARTURE, Stage.DELIVERY, Stage.RECORD})
_TOKEN = frozenset({Stage.ARRIVAL, Stage.DEPARTURE, Stage.DELIVERY, Stage.TOKEN})


def known_operations(cloud: Cloud) -> list[KnownOperation]:
    """All that localazure serves, by name, in order."""
    found = {each.name.lower(): each for kind in cloud.types.values() for each in _of_type(kind)}
    routes = (operation_name(route.method, route.template) for route in cloud.routes)
    polls = (f"GET {family.namespace}/locations/{family.segment}" for family in FAMILIES.values() if family.namespace)
    for name in (*routes, *polls, "GET Microsoft.Resources/operationresults"):
        found.setdefault(name.lower(), KnownOperation(name, _CALL))
    for name in BLOB_OPERATIONS:
        found[name.lower()] = KnownOperation(name, _BLOB)
    for name in TOKEN_OPERATIONS:
        found[name.lower()] = KnownOperation(name, _TOKEN)
    return sorted(found.values(), key=lambda each: each.name.split(" ")[::-1])


def refuse_impossible(fault: Fault, cloud: Cloud) -> None:
    """Raises ImpossibleFault, with what is possible."""
    _refuse_unknown_words(fault)
    if isinstance(fault, MachineFault):
        cloud.befalling.refuse_impossible(fault)
        if fault.at_once:
            return
    known = known_operations(cloud)
    possible = [each for each in known if fault.stage in each.stages and (each.halves or not _needs_half(fault))]
    if any(matches(fault.operation, each.name) for each in possible):
        return
    exists = any(matches(fault.operation, each.name) for each in known)
    asked = fault.operation if isinstance(fault.operation, str) else ", ".join(fault.operation)
    why = "is none that this fault can strike" if exists else "fits none there is"
    listed = "; ".join(each.name for each in possible)
    raise ImpossibleFault(f"operation: '{asked}' {why}. Possible: {listed}")


def _refuse_unknown_words(fault: Fault) -> None:
    for name, allowed in _WORDS.items():
        asked = getattr(fault, name, None)
        if asked is not None and not any(matches(asked, each) for each in allowed):
            raise ImpossibleFault(f"{name}: '{asked}' fits none there is. Possible: {', '.join(allowed)}")


def _needs_half(fault: Fault) -> bool:
    return isinstance(fault, OperationFault) and fault.half


def _of_type(kind: ResourceType) -> Iterator[KnownOperation]:
    def known(method: str, action: str = "", *, style: Style = Style.SYNC, effect: str = "") -> KnownOperation:
        stages = _CALL if style is Style.SYNC else _LONG_CALL
        name = f"{method} {kind.full_type}" + (f"/{action}" if action else "")
        return KnownOperation(name, stages, effect in kind.halves)

    yield from (known("GET"), known("HEAD"))
    yield from (known(method, style=kind.creation, effect="put") for method in ("PUT", "PATCH"))
    yield known("DELETE", style=kind.deletion, effect="delete")
    yield from (known("POST", name, style=action.style) for name, action in kind.actions.items())
    yield from (known("GET", name) for name in kind.views)
