"""In which order a recipe's sizes, zones, prices and regions are tried."""

from __future__ import annotations

from mintage.placement import placements, regions_of
from mintage.recipe import Build


def order(build: Build) -> list[str]:
    return [str(each) for region in regions_of(build) for each in placements(build, region)]


def test_without_more_than_a_region_azure_chooses_the_zone() -> None:
    assert order(Build(region="westeurope")) == ["Standard_D2s_v5 in westeurope"]


def test_spot_comes_before_the_full_price_and_both_before_another_region() -> None:
    build = Build.model_validate(
        {
            "region": "westeurope",
            "zones": ["2", "1"],
            "sizes": ["Standard_D2s_v5", "Standard_F2s_v2"],
            "spot": {"max_price": 0.05},
            "fallback_regions": [{"name": "northeurope", "zones": ["3"]}],
        }
    )
    assert order(build) == [
        "Standard_D2s_v5 (Spot) in westeurope, zone 2",
        "Standard_D2s_v5 (Spot) in westeurope, zone 1",
        "Standard_F2s_v2 (Spot) in westeurope, zone 2",
        "Standard_F2s_v2 (Spot) in westeurope, zone 1",
        "Standard_D2s_v5 in westeurope, zone 2",
        "Standard_D2s_v5 in westeurope, zone 1",
        "Standard_F2s_v2 in westeurope, zone 2",
        "Standard_F2s_v2 in westeurope, zone 1",
        "Standard_D2s_v5 (Spot) in northeurope, zone 3",
        "Standard_F2s_v2 (Spot) in northeurope, zone 3",
        "Standard_D2s_v5 in northeurope, zone 3",
        "Standard_F2s_v2 in northeurope, zone 3",
    ]
