"""Where a VM may be put, by size, zone, region and price; and in which order that is tried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from mintage.artifacts import PassedOver, Places, placement_text
from mintage.recipe import Build, FallbackRegion, Spot


@dataclass(frozen=True)
class Placement:
    """One thing to ask Azure for."""

    region: str
    size: str
    zone: str | None = None
    """Absent: Azure chooses."""
    spot: Spot | None = None
    """Absent: at the full price, and not to be taken back."""

    def __str__(self) -> str:
        return placement_text(self.size, self.region, self.zone, spot=self.spot is not None)


class PlaceRecord(Protocol):
    """Where it is written down at once what became of asking for a place, so that it outlives the process."""

    def pass_over(self, what: PassedOver) -> None: ...

    def take(self, placement: str) -> None: ...


class PlacesInMemory:
    """For those whose process may take it along."""

    def __init__(self) -> None:
        self.places = Places()

    def pass_over(self, what: PassedOver) -> None:
        self.places = without_room(self.places, what)

    def take(self, placement: str) -> None:
        self.places = with_machine(self.places, placement)


def without_room(places: Places, what: PassedOver) -> Places:
    """Also what was not to be had there. What another process was told already is said once."""
    if what in places.passed_over:
        return places
    return places.model_copy(update={"passed_over": (*places.passed_over, what)})


def with_machine(places: Places, placement: str) -> Places:
    """The build VM is there now."""
    return places.model_copy(update={"machine": placement})


def has_other_places(build: Build, region: str, zone: str | None) -> bool:
    """Whether the recipe names a region or a zone other than this one."""
    named = {(each.name, zone_of_it) for each in regions_of(build) for zone_of_it in each.zones or (None,)}
    return bool(named - {(region, zone)})


def has_other_regions(build: Build, region: str) -> bool:
    return any(each.name != region for each in regions_of(build))


def regions_of(build: Build) -> tuple[FallbackRegion, ...]:
    """The recipe's region and those after it, in the order in which they are tried."""
    home = FallbackRegion(name=build.region, zones=build.zones, subnet_id=build.network.subnet_id)
    return (home, *build.fallback_regions)


def placements(build: Build, region: FallbackRegion) -> tuple[Placement, ...]:
    """All there is to try in a region: first every size as a Spot VM, if the recipe allows it, then at the full price.

    To move on to another region costs more than the full price of one build, so that comes after both.
    """
    prices = (build.spot, None) if build.spot else (None,)
    return tuple(
        Placement(region.name, size, zone, spot)
        for spot in prices
        for size in build.sizes
        for zone in region.zones or (None,)
    )
