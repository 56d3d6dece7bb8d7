"""Where a build's VM was to be had and where not, written down when it happens: the report tells it."""

from __future__ import annotations

from collections.abc import Callable

from mintage.artifacts import PassedOver, Places
from mintage.placement import with_machine, without_room
from tasks.keeping import keep, recall

_PLACES = "places"


class KeptPlaces:
    """With the build's results; see ``mintage.placement.PlaceRecord``."""

    def __init__(self, build_id: str) -> None:
        self._build_id = build_id

    def pass_over(self, what: PassedOver) -> None:
        self._change(lambda known: without_room(known, what))

    def take(self, placement: str) -> None:
        self._change(lambda known: with_machine(known, placement))

    def _change(self, change: Callable[[Places], Places]) -> None:
        known = places_of(self._build_id)
        if (changed := change(known)) != known:
            keep(self._build_id, _PLACES, changed)


def places_of(build_id: str) -> Places:
    return recall(build_id, _PLACES, Places) or Places()
