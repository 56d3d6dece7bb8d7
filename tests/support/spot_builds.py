"""Builds on Spot machines."""

from __future__ import annotations

from typing import Any

SIZES = ["Standard_D2s_v5", "Standard_F2s_v2"]


def build(**more: Any) -> dict[str, Any]:
    """A recipe's ``build``."""
    return {"region": "westeurope", "sizes": SIZES, "spot": {"max_price": 0.04}, **more}
