"""Taking a build, and knowing that it was taken: of all processes that want a turn, on whatever hosts, one gets it."""

from __future__ import annotations

import time

from mintage.waiting import Clock, Sleep
from tasks.claim import DEAD_SECONDS, Claim, read_claim, write_claim
from tasks.keeping import is_kept, keep_first


def take_turn(
    build_id: str, own: Claim, before: Claim | None, *, clock: Clock = time.monotonic, sleep: Sleep = time.sleep
) -> Claim | None:
    """Take the turn after that of ``before``, whose process was found dead; None when another was faster.

    A turn that was taken by a process that died before it said so in the claim is passed over, once that is sure.
    """
    turn = before.turn + 1 if before else 1
    while True:
        mine = own.model_copy(update={"turn": turn})
        if keep_first(build_id, _name(turn), mine):
            write_claim(build_id, mine)
            return mine
        until = clock() + DEAD_SECONDS
        while clock() < until:
            sleep(1)
            if read_claim(build_id) != before:
                return None
        turn += 1


def taken_from(build_id: str, own: Claim) -> str | None:
    """Who has the build, if it is another process; None while it is this one's. Raises OSError if nobody can tell."""
    found = read_claim(build_id)
    if found is not None and found.process != own.process and found.turn >= own.turn:
        return f"Process {found.pid} on {found.host}"
    # Asked after the claim was read: this process may have slept since it wrote its own over the other's.
    return "Another process" if is_kept(build_id, _name(own.turn + 1)) else None


def _name(turn: int) -> str:
    return f"turn {turn}"
