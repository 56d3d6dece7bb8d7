"""How long a call waits that is to be sent again: as long as Azure asks, within the time there is."""

from __future__ import annotations

import pytest
from azure.core.exceptions import IncompleteReadError, ServiceRequestError
from azure.core.pipeline import Pipeline
from azure.core.rest import HttpRequest

from mintage.azure import pauses
from mintage.azure.pauses import PunctualRetries, ending_after, pause
from mintage.azure.together import Waiting, finish, settle_all
from mintage.errors import AzureBusy
from tests.support.fake_azure import Answer, Azure


def slept(seconds: float) -> list[float]:
    slept: list[float] = []
    pause(seconds, where="GET it", seen="429", sleep=slept.append)
    return slept


def test_without_an_end_and_before_it_the_pause_is_as_long_as_it_is_to_be() -> None:
    assert slept(600) == [600]
    with ending_after(601):
        assert slept(600) == [600]


def test_a_short_pause_may_end_after_the_time_there_is() -> None:
    with ending_after(-5):
        assert slept(20) == [20]


def test_a_pause_ends_with_the_time_there_is_and_says_what_it_was_for() -> None:
    seconds: list[float] = []
    with ending_after(20), pytest.raises(AzureBusy) as passed:
        pause(600, where="GET it", seen="429: TooManyRequests", sleep=seconds.append)
    assert 19 < seconds[0] <= 20
    assert (passed.value.where, passed.value.seen) == ("GET it", "429: TooManyRequests; it was to wait 600 s")


def test_after_the_end_nothing_is_waited_for_any_more() -> None:
    seconds: list[float] = []
    with ending_after(-5), pytest.raises(AzureBusy):
        pause(60, where="GET it", seen="429", sleep=seconds.append)
    assert seconds == [0]


def test_an_inner_end_that_is_later_changes_nothing_and_an_earlier_one_is_over_with_its_block() -> None:
    with ending_after(20):
        with ending_after(700), pytest.raises(AzureBusy):
            slept(600)
        with ending_after(5), pytest.raises(AzureBusy):
            slept(45)
        assert slept(45) == [45]
    assert slept(600) == [600]


def pausing(seconds: float) -> Waiting[str]:
    yield "begun"
    pause(seconds, where="GET it", seen="429")
    return "done"


def test_who_follows_something_waits_no_longer_than_that_has_time() -> None:
    with pytest.raises(AzureBusy, match="could not be sent in time"):
        finish("it", pausing(60), seconds=0.2)
    assert finish("it", pausing(0.01), seconds=5) == "done"


def test_of_several_the_one_that_has_to_wait_too_long_is_told_as_such(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("mintage.azure.together._GRACE", 0.0)
    ends = settle_all({"other": pausing(0), "it": pausing(60)}, seconds=0.3)
    assert ends["other"] == "done"
    assert isinstance(ends["it"], AzureBusy)
    assert ends["it"].what == "A call could not be sent in time"


def ask(azure: Azure) -> None:
    with Pipeline(transport=azure, policies=[PunctualRetries()]) as pipeline:
        pipeline.run(HttpRequest("GET", "https://management.azure.com/subscriptions/s/resourceGroups/g"))


def test_an_answer_that_broke_off_is_asked_for_again() -> None:
    azure = Azure(IncompleteReadError("it ended early"), IncompleteReadError("and again"))
    ask(azure)
    assert len(azure.sent) == 3


def test_what_azure_said_is_told_when_there_is_no_time_to_try_again() -> None:
    azure = Azure(Answer(503, {"error": {"code": "Away", "message": "Soon."}}, Retry_After="600"))
    with ending_after(0), pytest.raises(AzureBusy, match="could not be sent in time") as busy:
        ask(azure)
    assert busy.value.where == "GET Microsoft.Resources/subscriptions/resourceGroups"
    assert busy.value.seen.startswith("503: Away: Soon.")


def test_a_connection_that_failed_is_told_when_there_is_no_time_to_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pauses, "_OVERTIME", 0.0)
    azure = Azure(*([ServiceRequestError("no route")] * 3))
    with ending_after(0), pytest.raises(AzureBusy) as busy:
        ask(azure)
    assert len(azure.sent) == 2, "the first pause is none"
    assert busy.value.seen.startswith("no route")
