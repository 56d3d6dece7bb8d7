"""The budget as a part of the SDK's pipeline: each call waits for its token, and learns from what Azure answers."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import HTTPPolicy

from mintage.azure.budget.ledger import Ledger
from mintage.azure.budget.limits import Limit, limits_of
from mintage.azure.calls import kind_of
from mintage.azure.errors import is_throttled
from mintage.azure.pauses import pause
from mintage.errors import AzureBusy
from mintage.waiting import Sleep

_REMAINING = "x-ms-ratelimit-remaining-resource"
_MANAGERS = "x-ms-ratelimit-remaining-subscription-"
_LEAST = 100.0
"""Calls of the smallest budget of a subscription that a budget nobody knew of is taken for, until more is seen left."""
_USED_UP = "Azure's budget of such calls is used up"
_WORTH_TELLING = 5.0
"""Seconds of waiting that somebody who reads the log wants to know of."""


class BudgetPolicy(HTTPPolicy[Any, Any]):
    """Goes behind the retry policy, so that each attempt is one call. ``tell`` hears of long waits."""

    def __init__(self, ledger: Ledger, share: float, tell: Callable[[str], None], sleep: Sleep = time.sleep) -> None:
        super().__init__()
        self._ledger, self._share, self._tell, self._sleep = ledger, share, tell, sleep

    def send(self, request: PipelineRequest[Any]) -> PipelineResponse[Any, Any]:
        method, url = request.http_request.method, request.http_request.url
        kind = kind_of(method, url)
        limits = limits_of(method, url, self._share)
        with self._unless_broken():
            self._wait(kind, (*limits, *self._ledger.learned(kind)))
        response = self.next.send(request)
        with self._unless_broken():
            self._learn(kind, limits, response.http_response)
        return response

    @contextmanager
    def _unless_broken(self) -> Iterator[None]:
        """A full disk is no reason to stop a build: Azure throttles it then."""
        try:
            yield
        except sqlite3.Error as error:
            self._tell(f"The budget of calls cannot be kept: {error}")

    def _wait(self, kind: str, limits: tuple[Limit, ...]) -> None:
        seconds = self._ledger.take(limits)
        if seconds >= _WORTH_TELLING:
            self._tell(f"Waiting {seconds:.0f} s with {kind}: {_USED_UP}")
        if seconds > 0:
            try:
                pause(seconds, where=kind, seen=_USED_UP, sleep=self._sleep)
            except AzureBusy:
                self._ledger.give_back(limits)
                raise

    def _learn(self, kind: str, limits: tuple[Limit, ...], response: Any) -> None:  # noqa: ANN401 - any transport's
        told = dict(_told(limits, response.headers))
        for limit, left in told.items():
            if limit not in limits:
                self._ledger.learn(kind, limit)
            self._ledger.correct(limit, left)
        if is_throttled(response):
            empty = [limit for limit, left in told.items() if left <= 0]
            for limit in empty or limits[1:] or limits:
                self._ledger.refused(limit, _seconds(response.headers.get("Retry-After")))


def _told(limits: tuple[Limit, ...], headers: Mapping[str, str]) -> Iterator[tuple[Limit, float]]:
    """The budgets that an answer tells of, and what is left of each."""
    manager = limits[0]
    left = headers.get(_MANAGERS + manager.name.rpartition(" ")[2])
    if left and left.isdigit():
        yield manager, float(left)
    for name, count in re.findall(r"([\w.]+/\w+);(-?\d+)", headers.get(_REMAINING) or ""):
        if "Resource" not in name:
            yield _learnable(manager.name.partition(" ")[0], name, float(count)), float(count)
        elif len(limits) > 2:
            # The one of the VM.
            yield limits[2], float(count)


def _learnable(subscription: str, name: str, left: float) -> Limit:
    """A budget such as ``Microsoft.Compute/HighCostGet3Min``. Its size is not told: it is at least what is left.

    By the name's last part so much comes back in so many minutes; without one a third of it comes back in a minute, as
    with all that are documented.
    """
    minutes = re.search(r"(\d+)Min$", name)
    capacity = max(left + 1, _LEAST)
    return Limit(f"{subscription} {name}", capacity, capacity / (int(minutes[1]) if minutes else 3))


def _seconds(header: str | None) -> float:
    try:
        return float(header or 0)
    except ValueError:
        return 0.0
