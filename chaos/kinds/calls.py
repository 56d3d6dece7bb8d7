"""Calls that fail in passing, and tokens that end."""

from __future__ import annotations

from chaos.kinds.kind import CALLS, OPERATIONS, Kind, Make, Place, leaves
from chaos.points import When
from chaos.trial import Trial, faulty
from localazure.faults.kinds.connections import ResetFault, SlowFault
from localazure.faults.kinds.operations import FailedOperationFault, HangingOperationFault
from localazure.faults.kinds.status import StatusFault
from localazure.faults.kinds.tokens import ExpiredTokenFault, ShortTokenFault

_HANG_SECONDS = 3
_SLOW_SECONDS = 2
BOTH: tuple[When, ...] = ("before", "after")


def _status(status: int, place: Place = Place.CALL) -> Make:
    def make(number: int, when: When) -> Trial:
        operation = OPERATIONS[place]
        return faulty(
            StatusFault(operation=operation, after=number - 1, status=status, retry_after=1, when=when),
        )

    return make


def _reset(number: int, when: When) -> Trial:
    return faulty(ResetFault(operation=CALLS, after=number - 1, when=when))


def _slow(number: int, when: When) -> Trial:  # noqa: ARG001 - as every maker
    return faulty(SlowFault(operation=CALLS, after=number - 1, seconds=_SLOW_SECONDS))


def _expired(number: int, when: When) -> Trial:  # noqa: ARG001
    return faulty(ExpiredTokenFault(operation=CALLS, after=number - 1))


def _short(number: int, when: When) -> Trial:  # noqa: ARG001
    return faulty(ShortTokenFault(seconds=2))


def _failed(number: int, when: When) -> Trial:
    # Its code is the fault's default, which Azure uses for what passes.
    return faulty(FailedOperationFault(operation=CALLS, after=number - 1, leaves=leaves(when)))


def _failed_half(number: int, when: When) -> Trial:  # noqa: ARG001
    return faulty(FailedOperationFault(operation=OPERATIONS[Place.HALF], after=number - 1, leaves="half"))


def _hangs(number: int, when: When) -> Trial:
    return faulty(
        HangingOperationFault(operation=CALLS, after=number - 1, leaves=leaves(when), seconds=_HANG_SECONDS),
    )


PASSING = (
    Kind("status 429", Place.CALL, _status(429)),
    Kind("status 500", Place.CALL, _status(500)),
    Kind("status 503", Place.CALL, _status(503)),
    Kind("status 503 after effect", Place.WRITE, _status(503, Place.WRITE), sides=("after",)),
    Kind("reset", Place.CALL, _reset, sides=BOTH),
    Kind("slow answer", Place.CALL, _slow),
    Kind("expired token", Place.CALL, _expired),
    Kind("no token", Place.TOKEN, _status(500, Place.TOKEN)),
    Kind("short tokens", Place.BUILD, _short),
    Kind("operation failed", Place.OPERATION, _failed, sides=BOTH),
    Kind("operation failed half-way", Place.HALF, _failed_half),
    Kind("operation hangs a while", Place.OPERATION, _hangs, sides=BOTH),
)
