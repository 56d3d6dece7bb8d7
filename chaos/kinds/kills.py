"""Processes that are ended as the kernel does when memory is short."""

from __future__ import annotations

from chaos.kinds.kind import Kind, Make, Place
from chaos.points import Point, When, Where
from chaos.trial import Trial, Victim, killing


def _kill(victim: Victim, where: Where) -> Make:
    def make(number: int, when: When) -> Trial:
        return killing(victim, Point(where=where, number=number, when=when))

    return make


KILLS = (
    Kind("kill build", Place.CALL, _kill(Victim.BUILD, "call"), sides=("before", "after")),
    Kind("kill localazure", Place.CALL, _kill(Victim.LOCALAZURE, "call"), sides=("before", "after")),
    Kind("kill build at guest", Place.GUEST, _kill(Victim.BUILD, "guest"), sides=("before", "after")),
    Kind("kill localazure at guest", Place.GUEST, _kill(Victim.LOCALAZURE, "guest"), sides=("before", "after")),
)
