"""A Prefect server that is away, or too busy to reach its database: no build is lost for that."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from mintage.errors import DeadlinePassed
from tasks.server import if_it_answers, patiently
from tests.support.fake_time import FakeTime

REQUEST = httpx.Request("GET", "http://127.0.0.1:4200/api/flow_runs")


def answered(status: int) -> httpx.HTTPStatusError:
    return httpx.HTTPStatusError(f"{status}", request=REQUEST, response=httpx.Response(status, request=REQUEST))


def raising(*errors: Exception) -> Callable[[], str]:
    left = list(errors)

    def ask() -> str:
        if left:
            raise left.pop(0)
        return "an answer"

    return ask


def test_it_is_asked_again_while_it_is_away_or_fails() -> None:
    time = FakeTime()
    ask = raising(httpx.ConnectError("refused"), answered(503), answered(500))
    assert patiently(ask, clock=time.clock, sleep=time.sleep) == "an answer"
    assert time.passed == 6


def test_what_it_refuses_is_not_asked_again() -> None:
    with pytest.raises(httpx.HTTPStatusError, match="404"):
        patiently(raising(answered(404)))
    with pytest.raises(httpx.HTTPStatusError, match="422"):
        if_it_answers(raising(answered(422)))


def test_a_server_that_stays_away_is_named() -> None:
    time = FakeTime()
    with pytest.raises(DeadlinePassed, match="Prefect's server does not answer"):
        patiently(raising(*[answered(500)] * 1000), clock=time.clock, sleep=time.sleep)


def test_what_cannot_be_shown_now_is_no_reason_to_fail() -> None:
    if_it_answers(raising(answered(500)))
    if_it_answers(raising(httpx.ReadTimeout("slow")))
