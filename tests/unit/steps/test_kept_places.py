"""Where the build VM was to be had outlives the process that asked for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mintage.artifacts import PassedOver
from tasks.kept_places import KeptPlaces, places_of
from tests.support.kept_results import keep_results_in

BUILD = "0123456789ab"
FULL = PassedOver(placement="Standard_B2s in westeurope", reason="AllocationFailed: There is no room.")
TIGHT = FULL.model_copy(update={"reason": "SkuNotAvailable: Not here."})


@pytest.fixture(autouse=True)
def storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_results_in(tmp_path, monkeypatch)


def test_what_each_process_was_told_is_kept_once_in_its_order() -> None:
    assert places_of(BUILD).passed_over == ()
    KeptPlaces(BUILD).pass_over(FULL)
    KeptPlaces(BUILD).pass_over(TIGHT)
    KeptPlaces(BUILD).pass_over(FULL)
    assert places_of(BUILD).passed_over == (FULL, TIGHT)


def test_the_machine_is_where_it_was_had_last() -> None:
    for place in ("Standard_B2s (Spot) in westeurope", "Standard_B2s in uksouth"):
        KeptPlaces(BUILD).take(place)
    KeptPlaces(BUILD).pass_over(FULL)
    places = places_of(BUILD)
    assert (places.machine, places.passed_over) == ("Standard_B2s in uksouth", (FULL,))
    assert places_of("another").machine is None
