"""Calls that fail in passing, and tokens that end."""

from __future__ import annotations

from chaos.kinds.kind import CALLED, Kind, Make, Place, at_spot, leaves
from chaos.points import SIDES, Spot, When
from chaos.trial import Trial, faulty
from localazure.faults.kinds.connections import ResetFault, SlowFault
from localazure.faults.kinds.operations import FailedOperationFault, HangingOperationFault
from localazure.faults.kinds.status import StatusFault
from localazure.faults.kinds.tokens import ExpiredTokenFault, ShortTokenFault

_HANG_SECONDS = 3
_SLOW_SECONDS = 2


def _status(status: int) -> Make:
    return lambda spot, when: at_spot(spot, StatusFault(status=status, retry_after=1, when=when))


def _no_token(spot: Spot, when: When) -> Trial:  # noqa: ARG001 - as every maker
    return faulty(StatusFault(operation=CALLED[Place.TOKEN], after=spot.number - 1, status=500, retry_after=1))


def _reset(spot: Spot, when: When) -> Trial:
    return at_spot(spot, ResetFault(when=when))


def _slow(spot: Spot, when: When) -> Trial:  # noqa: ARG001
    return at_spot(spot, SlowFault(seconds=_SLOW_SECONDS))


def _expired(spot: Spot, when: When) -> Trial:  # noqa: ARG001
    return at_spot(spot, ExpiredTokenFault())


def _short(spot: Spot, when: When) -> Trial:  # noqa: ARG001
    return faulty(ShortTokenFault(seconds=2))


def _failed(spot: Spot, when: When) -> Trial:
    # Its code is the fault's default, which Azure uses for what passes.
    return at_spot(spot, FailedOperationFault(leaves=leaves(when)))


def _failed_half(spot: Spot, when: When) -> Trial:  # noqa: ARG001
    return at_spot(spot, FailedOperationFault(leaves="half"))


def _hangs(spot: Spot, when: When) -> Trial:
    return at_spot(spot, HangingOperationFault(leaves=leaves(when), seconds=_HANG_SECONDS))


PASSING = (
    Kind("status 429", Place.CALL, _status(429)),
    Kind("status 500", Place.CALL, _status(500)),
    Kind("status 503", Place.CALL, _status(503)),
    Kind("status 503 after effect", Place.WRITE, _status(503), sides=("after",)),
    Kind("reset", Place.CALL, _reset, sides=SIDES),
    Kind("slow answer", Place.CALL, _slow),
    Kind("expired token", Place.CALL, _expired),
    Kind("no token", Place.TOKEN, _no_token),
    Kind("short tokens", Place.BUILD, _short),
    Kind("operation failed", Place.OPERATION, _failed, sides=SIDES),
    Kind("operation failed half-way", Place.HALF, _failed_half),
    Kind("operation hangs a while", Place.OPERATION, _hangs, sides=SIDES),
)
