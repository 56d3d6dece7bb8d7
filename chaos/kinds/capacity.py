"""Places to run that are not to be had."""

from __future__ import annotations

from chaos.kinds.kind import Expected, Kind, Place, at_guest, lasting
from chaos.points import Point, Spot, When, point_at
from chaos.recipes import Variant
from chaos.trial import Kill, Strike, Trial, Victim, faulty
from localazure.allocation import CORES
from localazure.faults.kinds.capacity import AllocationFault, SizeNotOfferedFault
from localazure.faults.kinds.every import AnyFault
from localazure.faults.kinds.machines import EvictionFault
from localazure.faults.kinds.quota import QuotaFault

_FIRST = "Standard_D2s_v5"
"""The first size of the variants."""
_HOME = "westeurope"
_FAMILY = "standardDSv5Family"
_CODES = ("SkuNotAvailable", "AllocationFailed", "Overconstrained", "quota")


def _once(spot: Spot, when: When) -> Trial:  # noqa: ARG001 - as every maker
    return faulty(AllocationFault(after=spot.number - 1, count=1))


def _evicted(spot: Spot, when: When, no_room: AllocationFault) -> tuple[Strike, ...]:
    point = point_at(spot, when)
    return tuple(Strike(at=point, does=each) for each in (no_room, EvictionFault()))


def _evicted_for_good(spot: Spot, when: When) -> Trial:
    """And killed when all that came of it is done again."""
    later = Point(where="call", step="verify", number=1, when="before")
    kill = Strike(at=later, does=Kill(victim=Victim.BUILD))
    return Trial(strikes=(*_evicted(spot, when, AllocationFault(location=_HOME)), kill))


def _evicted_and_nowhere(spot: Spot, when: When) -> Trial:
    return Trial(strikes=_evicted(spot, when, AllocationFault()))


def _places(name: str, *faults: AnyFault, expected: Expected = Expected.GOES_ON) -> Kind:
    return Kind(name, Place.BUILD, lasting(*faults), expected, _CODES, variant=Variant.PLACES)


NO_ROOM = (
    _places("size not available", SizeNotOfferedFault(size=_FIRST)),
    _places("size not available, as listed", SizeNotOfferedFault(size=_FIRST, listed=True)),
    _places("zone without the size", SizeNotOfferedFault(zone="1")),
    _places("size without room", AllocationFault(size=_FIRST)),
    _places("size overconstrained", AllocationFault(size=_FIRST, code="OverconstrainedAllocationRequest")),
    _places("zone without room", AllocationFault(zone="1")),
    _places("region without room", AllocationFault(location=_HOME)),
    _places("quota of a family", QuotaFault(limit=0, quota=_FAMILY)),
    _places("quota of a region", QuotaFault(limit=0, quota=CORES, location=_HOME)),
    _places("no room at all", AllocationFault(), expected=Expected.ENDS),
    _places("no quota at all", QuotaFault(limit=0), expected=Expected.ENDS),
    Kind("no room once", Place.ALLOCATION, _once, Expected.GOES_ON, _CODES, variant=Variant.PLACES),
    Kind("no Spot room", Place.BUILD, lasting(AllocationFault(priority="Spot")), says=_CODES, variant=Variant.SPOT),
    Kind("evicted", Place.GUEST, at_guest(EvictionFault()), variant=Variant.SPOT),
    Kind("evicted, and no room there since", Place.GUEST, _evicted_for_good, variant=Variant.SPOT_PLACES),
    Kind(
        "evicted, deleted, and no room there since", Place.GUEST, _evicted_for_good, variant=Variant.SPOT_DELETED_PLACES
    ),
    Kind(
        "evicted, and no room anywhere since",
        Place.GUEST,
        _evicted_and_nowhere,
        Expected.EITHER,
        _CODES,
        variant=Variant.SPOT_PLACES,
    ),
    Kind("evicted and deleted", Place.GUEST, at_guest(EvictionFault()), variant=Variant.SPOT_DELETED),
)
