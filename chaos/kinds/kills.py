"""Processes that are ended as the kernel does when memory is short."""

from __future__ import annotations

from chaos.kinds.kind import Kind, Make, Place
from chaos.points import SIDES, Spot, When, point_at
from chaos.trial import Trial, Victim, killing


def _kill(victim: Victim) -> Make:
    def make(spot: Spot, when: When) -> Trial:
        return killing(victim, point_at(spot, when))

    return make


KILLS = tuple(
    Kind(f"kill {victim}{words}", place, _kill(victim), sides=SIDES, once_a_step=False)
    for victim in (Victim.BUILD, Victim.LOCALAZURE)
    for place, words in ((Place.CALL, ""), (Place.GUEST, " at guest"), (Place.STEP, " at a step's end"))
)
