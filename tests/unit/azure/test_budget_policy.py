"""The budget and the teller of retries in azure-core's own pipeline, with a transport that answers as Azure does."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from azure.core.exceptions import ServiceRequestError
from azure.core.pipeline import Pipeline
from azure.core.rest import HttpRequest

from mintage.azure import pauses
from mintage.azure.budget import BudgetPolicy, Ledger
from mintage.azure.pauses import PunctualRetries, ending_after
from mintage.azure.told_retries import RetryTeller
from mintage.errors import AzureBusy
from tests.support.fake_azure import Answer, Azure

SUBSCRIPTION = "https://management.azure.com/subscriptions/s"
VMS = f"{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Compute/virtualMachines"
SKUS = f"{SUBSCRIPTION}/providers/Microsoft.Compute/skus"


Told = list[str]
Ask = Callable[[Azure, str, str], None]


@pytest.fixture
def told() -> Told:
    return []


@pytest.fixture
def ask(tmp_path: Path, told: Told) -> Ask:
    """Send a call as a build of its own would: another pipeline each time, one file."""

    def send(azure: Azure, method: str, url: str) -> None:
        ledger = Ledger(tmp_path / "budget.sqlite", lambda: azure.now)
        budget = BudgetPolicy(ledger, 1, told.append, azure.sleep)
        policies: list[Any] = [PunctualRetries(), RetryTeller(told.append), budget]
        with Pipeline(transport=azure, policies=policies) as pipeline:
            pipeline.run(HttpRequest(method, url))
        ledger.close()

    return send


def test_one_vm_is_never_polled_more_often_than_azure_allows(ask: Ask) -> None:
    azure = Azure()
    for _ in range(60):
        ask(azure, "GET", f"{VMS}/v")
    late = azure.sent[36:]
    assert {later - earlier for earlier, later in itertools.pairwise(late)} == {5.0}


def test_a_call_that_was_throttled_waits_as_azure_asks_and_so_do_the_next_ones(ask: Ask, told: Told) -> None:
    throttled = {"error": {"code": "OperationNotAllowed", "message": "Too many.", "details": []}}
    azure = Azure(Answer(429, throttled, Retry_After="17"))
    ask(azure, "PUT", f"{VMS}/one")
    ask(azure, "PUT", f"{VMS}/two")
    assert azure.sent[:2] == [1000.0, 1017.0]
    assert azure.sent[2] > 1017.0
    assert told[0] == (
        "PUT Microsoft.Compute/virtualMachines, attempt 1: Azure answered 429: OperationNotAllowed: Too many.; "
        "it asks to wait 17 s"
    )


def test_what_is_still_being_made_is_waited_for_by_the_call_that_needs_it_alone(ask: Ask) -> None:
    details = [{"code": "ReferencedResourceNotProvisioned", "message": "The network is being made."}]
    azure = Azure(
        Answer(429, {"error": {"code": "RetryableError", "message": "", "details": details}}, Retry_After="10")
    )
    ask(azure, "PUT", f"{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Network/networkInterfaces/n")
    assert azure.sent == [1000.0, 1010.0]
    azure.now = 1001.0
    ask(azure, "PUT", f"{SUBSCRIPTION}/resourceGroups/h")
    assert azure.sent[2] == 1001.0


def test_a_budget_that_azure_tells_of_is_kept_although_nobody_knew_of_it(ask: Ask, told: Told) -> None:
    azure = Azure(Answer(x_ms_ratelimit_remaining_resource="Microsoft.Compute/HighCostGet30Min;2,X.Y/Z30Min;999"))
    for _ in range(5):
        ask(azure, "GET", SKUS)
    assert azure.sent == pytest.approx([1000.0, 1000.0, 1000.0, 1018.0, 1036.0])
    assert told[0] == "Waiting 18 s with GET Microsoft.Compute/skus: Azure's budget of such calls is used up"
    ask(azure, "GET", f"{SUBSCRIPTION}/resourceGroups")
    assert azure.sent[5] == azure.sent[4], "calls of another kind do not count against it"


def test_the_budget_that_is_used_up_is_the_one_that_is_waited_for(ask: Ask) -> None:
    azure = Azure(
        Answer(429, {}, Retry_After="100", x_ms_ratelimit_remaining_resource="M.Compute/A3Min;50,M.Compute/B30Min;0")
    )
    ask(azure, "PUT", f"{VMS}/one")
    assert azure.sent == pytest.approx([1000.0, 1100.0])
    ask(azure, "DELETE", f"{VMS}/one")
    assert azure.sent[2] == azure.sent[1]


def test_what_azure_tells_of_one_vm_is_not_held_against_another(ask: Ask) -> None:
    azure = Azure(Answer(x_ms_ratelimit_remaining_resource="Microsoft.Compute/GetVMResource;0"))
    ask(azure, "GET", f"{VMS}/one")
    ask(azure, "GET", f"{VMS}/two")
    ask(azure, "GET", f"{VMS}/one")
    assert azure.sent == [1000.0, 1000.0, 1005.0]


def test_the_resource_managers_own_budget_is_what_it_says(ask: Ask) -> None:
    azure = Azure(Answer(x_ms_ratelimit_remaining_subscription_writes="0"))
    ask(azure, "PUT", f"{SUBSCRIPTION}/resourceGroups/g")
    ask(azure, "PUT", f"{SUBSCRIPTION}/resourceGroups/h")
    assert azure.sent == [1000.0, 1000.1]


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (Answer(503, {"error": {"code": "ServerBusy", "message": "Later."}}), "Azure answered 503: ServerBusy: Later."),
        (Answer(500), "Azure answered 500: no code: "),
        (ServiceRequestError("Connection refused"), "Connection refused"),
    ],
)
def test_each_attempt_that_is_made_again_is_told_with_its_reason(
    ask: Ask, told: Told, failure: Answer | Exception, said: str
) -> None:
    azure = Azure(failure)
    ask(azure, "GET", f"{SUBSCRIPTION}/resourceGroups/g")
    assert len(azure.sent) == 2
    assert len(told) == 1
    assert told[0].startswith(f"GET Microsoft.Resources/subscriptions/resourceGroups, attempt 1: {said}")


def test_a_refusal_that_is_not_tried_again_is_the_callers_to_tell(ask: Ask, told: Told) -> None:
    azure = Azure(Answer(409, {"error": {"code": "SkuNotAvailable", "message": "Not here."}}))
    ask(azure, "PUT", f"{VMS}/one")
    assert (len(azure.sent), told) == (1, [])


def test_a_budget_that_cannot_be_kept_stops_nothing(tmp_path: Path, told: Told) -> None:
    ledger = Ledger(tmp_path / "budget.sqlite")
    ledger.close()
    policies = [BudgetPolicy(ledger, 1, told.append)]
    with Pipeline(transport=Azure(), policies=policies) as pipeline:
        pipeline.run(HttpRequest("GET", f"{VMS}/one"))
    assert "The budget of calls cannot be kept: Cannot operate on a closed database." in told


def test_a_call_for_which_there_is_no_time_is_not_sent_and_puts_off_no_other(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    azure = Azure()
    for _ in range(36):
        ask(azure, "GET", f"{VMS}/v")
    monkeypatch.setattr(pauses, "_OVERTIME", 0.0)
    with ending_after(0), pytest.raises(AzureBusy, match="could not be sent in time"):
        ask(azure, "GET", f"{VMS}/v")
    assert len(azure.sent) == 36
    ask(azure, "GET", f"{VMS}/v")
    assert azure.sent[-1] == azure.sent[0] + 5
