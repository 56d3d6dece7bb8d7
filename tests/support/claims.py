"""Claims on builds, as processes of this host and of others have them."""

from __future__ import annotations

from tasks.claim import Claim, own_claim
from tasks.guard import Guard

BUILD = "0123456789ab"
OWN = own_claim("run-1")
ELSEWHERE = Claim(flow_run_id="run-1", host="another-host", pid=1, born=1.0, seen=OWN.seen)


def guarding(own: Claim, left: list[str]) -> Guard:
    return Guard(BUILD, own, lambda: None, lambda: None, left.append)
