"""A machine that is to be given a place to run: what capacity and quota are about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

CORES, SPOT_CORES = "cores", "lowPriorityCores"
"""The names of a region's quotas; beside these each family of sizes has one by its own name."""


@dataclass(frozen=True)
class Allocation:
    """What a call would take of a region's machines."""

    size: str
    location: str
    zones: tuple[str, ...]
    """Empty: anywhere in the region."""
    spot: bool
    quotas: tuple[str, ...]
    """The quotas its cores count against."""
    new_cores: int
    """How many it adds to them: none when it only starts again, for what is deallocated counts too."""
    used: Mapping[str, int]
    """The cores in use before, by quota."""
