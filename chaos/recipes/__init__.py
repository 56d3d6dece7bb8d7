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
    SPOT_PLACES = "spot, or elsewhere"
    """Likewise, and another region."""
    SPOT_DELETED = "spot, deleted"
    """One that is deleted then, with its disk."""
    SPOT_DELETED_PLACES = "spot, deleted, or elsewhere"
    """Likewise, and another region."""


_SIZES = ["Standard_D2s_v5", "Standard_B2s"]
_ELSEWHERE = [{"name": "northeurope"}]
_BUILD: dict[Variant, dict[str, Any]] = {
    Variant.PLAIN: {},
    Variant.PLACES: {
        "sizes": _SIZES,
        "zones": ["1", "2"],
        "fallback_regions": _ELSEWHERE,
    },
    Variant.SPOT: {"sizes": _SIZES, "spot": {}},
    Variant.SPOT_PLACES: {"sizes": _SIZES, "spot": {}, "fallback_regions": _ELSEWHERE},
    Variant.SPOT_DELETED: {"sizes": _SIZES, "spot": {"eviction": "delete"}},
    Variant.SPOT_DELETED_PLACES: {"sizes": _SIZES, "spot": {"eviction": "delete"}, "fallback_regions": _ELSEWHERE},
}


def write_recipe(system: System, variant: Variant, folder: Path, *, real: bool = False) -> Path:
    """The recipe as a file in ``folder``; the same whenever it is asked for. ``real`` machines take longer to boot."""
    yaml = YAML()
    recipe = yaml.load(_FOLDER / f"{system}.yaml")
    recipe["build"].update(_BUILD[variant])
    if real:
        recipe["verify"].pop("boot_timeout", None)
    path = folder / f"{system}-{variant.name.lower()}.yaml"
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(recipe, file)
    return path
