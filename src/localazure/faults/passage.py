"""A call's way in and out, past every fault that lies in wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from enum import Enum, auto
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from localazure.arm.calls import Answer
from localazure.faults.fault import AnsweringFault, Stage
from localazure.faults.kinds.connections import PauseFault, SlowFault
from localazure.faults.ledger import Strike
from localazure.faults.occasions import Occasion
from localazure.listener import reset_connection

if TYPE_CHECKING:
    from localazure.cloud import Cloud

HOLD_INTERVAL = 0.02
"""Seconds between two looks at whether a call is still to be held."""


class _Fate(Enum):
    GOES_ON = auto()
    GONE = auto()
    """Nobody waits for an answer any more."""
    RESET = auto()


async def pass_faults(request: Request, cloud: Cloud, occasion: Occasion, serve: Callable[[], Answer]) -> Answer | None:
    """Serve a call as the faults have it. None when there is nobody to answer: the connection is no more."""
    if cloud.faults.empty:
        return await run_in_threadpool(serve)
    return await _Passage(request, cloud, occasion).recorded(serve)


class _Passage:
    def __init__(self, request: Request, cloud: Cloud, occasion: Occasion) -> None:
        self._request, self._cloud, self._occasion = request, cloud, occasion

    async def recorded(self, serve: Callable[[], Answer]) -> Answer | None:
        """Whoever learns how the call ended finds that in the recordings already."""
        keys = await run_in_threadpool(self._begin_records)
        fate = await self._decided(serve)
        slow = await self._due(Stage.DELIVERY)
        await run_in_threadpool(self._finish_records, keys, fate)
        if slow is not None and isinstance(slow.fault, SlowFault):
            await asyncio.sleep(slow.fault.seconds)
        if fate is _Fate.RESET:
            reset_connection(self._request)
        return fate if isinstance(fate, Answer) else None

    async def _decided(self, serve: Callable[[], Answer]) -> Answer | _Fate:
        await self._befall(Stage.BEFORE_CALL)
        fate = await self._meet(Stage.ARRIVAL)
        if fate is not _Fate.GOES_ON:
            return fate
        answer = await run_in_threadpool(serve)
        await self._befall(Stage.AFTER_CALL)
        fate = await self._meet(Stage.DEPARTURE)
        return answer if fate is _Fate.GOES_ON else fate

    async def _meet(self, stage: Stage) -> Answer | _Fate:
        strike = await self._due(stage)
        if strike is None:
            return _Fate.GOES_ON
        match strike.fault:
            case AnsweringFault() as fault:
                return await run_in_threadpool(fault.answer, self._occasion, self._cloud)
            case PauseFault():
                return await self._held(strike)
            case _:
                return _Fate.RESET

    async def _befall(self, stage: Stage) -> None:
        strike = await self._due(stage)
        if strike is not None:
            await run_in_threadpool(self._cloud.befalling.strike, strike, self._occasion)

    async def _held(self, strike: Strike) -> _Fate:
        while self._cloud.faults.stands(strike.id):  # noqa: ASYNC110 - another thread ends it
            await asyncio.sleep(HOLD_INTERVAL)
        return _Fate.GONE if await self._request.is_disconnected() else _Fate.GOES_ON

    async def _due(self, stage: Stage) -> Strike | None:
        return await run_in_threadpool(self._cloud.faults.due, stage, self._occasion)

    def _begin_records(self) -> list[int]:
        faults, recordings = self._cloud.faults, self._cloud.recordings
        return [recordings.begin(each.id, self._occasion) for each in faults.concerned(Stage.RECORD, self._occasion)]

    def _finish_records(self, keys: list[int], fate: Answer | _Fate) -> None:
        status = fate.status if isinstance(fate, Answer) else None
        for key in keys:
            self._cloud.recordings.finish(key, status, self._occasion.struck)
