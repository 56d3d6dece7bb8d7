"""Where a build's VM was to be had and where not, written down when it happens: the report tells it."""

from __future__ import annotations

from mintage.artifacts import PassedOver, Places
from mintage.placement import without_room
from tasks.keeping import keep, recall

_PLACES = "places"


class KeptPlaces:
    """With the build's results; see ``mintage.placement.PlaceRecord``."""

    def __init__(self, build_id: str) -> None:
        self._build_id = build_id

    def pass_over(self, what: PassedOver) -> None:
        keep(self._build_id, _PLACES, without_room(places_of(self._build_id), what))

    def take(self, placement: str) -> None:
        known = places_of(self._build_id)
        if known.machine != placement:
            keep(self._build_id, _PLACES, known.model_copy(update={"machine": placement}))


def places_of(build_id: str) -> Places:
    return recall(build_id, _PLACES, Places) or Places()
