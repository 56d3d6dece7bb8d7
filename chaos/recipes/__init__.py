"""The recipes that are built: small ones of each system, in variants."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

_FOLDER = Path(__file__).parent


class System(StrEnum):
    LINUX = "linux"
    WINDOWS = "windows"


class Variant(StrEnum):
    """How the build VM is to be had."""

    PLAIN = "plain"
    PLACES = "places"
    """Two sizes of two families, two zones and another region."""
    SPOT = "spot"
    """A Spot VM, deallocated when Azure takes it back."""
    SPOT_DELETED = "spot, deleted"
    """One that is deleted then, with its disk."""


_SIZES = ["Standard_D2s_v5", "Standard_B2s"]
_BUILD: dict[Variant, dict[str, Any]] = {
    Variant.PLAIN: {},
    Variant.PLACES: {
        "sizes": _SIZES,
        "zones": ["1", "2"],
        "fallback_regions": [{"name": "northeurope"}],
    },
    Variant.SPOT: {"sizes": _SIZES, "spot": {}},
    Variant.SPOT_DELETED: {"sizes": _SIZES, "spot": {"eviction": "delete"}},
}


def write_recipe(system: System, variant: Variant, folder: Path) -> Path:
    """The recipe as a file in ``folder``; the same whenever it is asked for."""
    yaml = YAML()
    recipe = yaml.load(_FOLDER / f"{system}.yaml")
    recipe["build"].update(_BUILD[variant])
    path = folder / f"{system}-{variant.name.lower()}.yaml"
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(recipe, file)
    return path
