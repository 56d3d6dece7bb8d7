"""All kinds of mishaps, by name."""

from __future__ import annotations

from collections.abc import Mapping

from chaos.kinds.calls import PASSING
from chaos.kinds.capacity import NO_ROOM
from chaos.kinds.guests import GUESTS
from chaos.kinds.kills import KILLS
from chaos.kinds.kind import Kind
from chaos.kinds.refusals import REFUSALS

KINDS: Mapping[str, Kind] = {each.name: each for each in (*KILLS, *PASSING, *REFUSALS, *NO_ROOM, *GUESTS)}
