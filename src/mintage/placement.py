"""Where a VM may be put, by size, zone, region and price; and in which order that is tried."""

from __future__ import annotations

from dataclasses import dataclass

from mintage.artifacts import placement_text
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
