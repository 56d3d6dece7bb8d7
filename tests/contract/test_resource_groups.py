"""Resource groups, subscriptions, tokens: the ground every other call stands on."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError

from localazure.faults.client import FaultClient
from localazure.faults.kinds.operations import HangingOperationFault
from tests.contract.conftest import Azure
from tests.support.until import until


def test_default_azure_credential_reaches_the_subscription(azure: Azure) -> None:
    groups = azure.resources.resource_groups
    created = groups.create_or_update("first", {"location": "West Europe", "tags": {"a": "b"}})
    assert created.location == "westeurope"
    assert groups.get("FIRST").name == "first"
    assert groups.check_existence("first")
    groups.begin_delete("first").wait()
    assert not groups.check_existence("first")


def test_deleting_a_group_answers_202_with_a_location_only(azure: Azure, group: str) -> None:
    with azure.wire() as wire:
        answer = wire.delete(
            f"/subscriptions/{azure.endpoints.subscription}/resourcegroups/{group}?api-version=2021-04-01"
        )
        assert answer.status_code == 202
        assert "Azure-AsyncOperation" not in answer.headers
        assert "/operationresults/" in answer.headers["Location"]
    groups = azure.resources.resource_groups
    until(lambda: not groups.check_existence(group))
    groups.create_or_update(group, {"location": "westeurope"})


def test_into_a_group_that_goes_nothing_is_put_and_nothing_of_it_is_changed(
    azure: Azure, group: str, faults: FaultClient
) -> None:
    groups = azure.resources.resource_groups
    here: Any = {"location": "westeurope"}
    azure.network.network_security_groups.begin_create_or_update(group, "there", here).wait()
    hangs = faults.add(HangingOperationFault(operation="DELETE Microsoft.Resources/resourceGroups"))
    going = groups.begin_delete(group)
    rules = azure.network.network_security_groups
    for ask in (
        lambda: rules.begin_create_or_update(group, "more", here),
        lambda: rules.update_tags(group, "there", {"tags": {"a": "b"}}),
        lambda: groups.update(group, {"tags": {"a": "b"}}),
        lambda: groups.create_or_update(group, {"location": "westeurope"}),
    ):
        with pytest.raises(HttpResponseError, match="in deprovisioning state") as caught:
            ask()
        assert caught.value.status_code == 409
        assert caught.value.error is not None
        assert caught.value.error.code == "ResourceGroupBeingDeleted"
    faults.remove(hangs.id)
    going.wait()
    groups.create_or_update(group, {"location": "westeurope"})


def test_groups_are_found_by_tag(azure: Azure, group: str) -> None:
    groups = azure.resources.resource_groups
    groups.update(group, {"tags": {"mintage-build": "b1"}})
    found = [each.name for each in groups.list(filter="tagName eq 'mintage-build' and tagValue eq 'b1'")]
    assert found == [group]


def test_an_absent_group_is_told_apart(azure: Azure) -> None:
    with pytest.raises(ResourceNotFoundError) as caught:
        azure.resources.resource_groups.get("absent")
    assert caught.value.error is not None
    assert caught.value.error.code == "ResourceGroupNotFound"


def test_a_region_that_does_not_exist_is_refused(azure: Azure) -> None:
    with pytest.raises(HttpResponseError, match="LocationNotAvailableForResourceGroup"):
        azure.resources.resource_groups.create_or_update("nowhere", {"location": "atlantis"})


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "AuthenticationFailed"),
        ({"Authorization": "Bearer forged"}, "InvalidAuthenticationToken"),
    ],
)
def test_a_call_without_a_good_token_is_refused(azure: Azure, headers: dict[str, str], code: str) -> None:
    base = azure.endpoints.resource_manager
    answer = httpx.get(f"{base}/subscriptions?api-version=2022-12-01", headers=headers, verify=azure.trust)
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == code


def test_a_token_for_somebody_else_is_refused(azure: Azure) -> None:
    token = azure.credential.get_token("https://vault.example/.default").token
    answer = httpx.get(
        f"{azure.endpoints.resource_manager}/subscriptions?api-version=2022-12-01",
        headers={"Authorization": f"Bearer {token}"},
        verify=azure.trust,
    )
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("query", "code"),
    [("", "MissingApiVersionParameter"), ("?api-version=new", "InvalidApiVersionParameter")],
)
def test_every_call_names_an_api_version(azure: Azure, query: str, code: str) -> None:
    with azure.wire() as wire:
        answer = wire.get(f"/subscriptions/{azure.endpoints.subscription}/resourcegroups{query}")
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == code


def test_another_subscription_is_not_here(azure: Azure) -> None:
    with azure.wire() as wire:
        answer = wire.get("/subscriptions/11111111-1111-1111-1111-111111111111/resourcegroups?api-version=2021-04-01")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "SubscriptionNotFound"


def test_a_second_subscription_has_resources_of_its_own(azure: Azure, group: str) -> None:
    with azure.wire() as wire:
        listed = wire.get("/subscriptions?api-version=2022-12-01").json()["value"]
        own, other = [each["subscriptionId"] for each in listed]
        assert own == azure.endpoints.subscription
        there = f"/subscriptions/{other}"
        assert wire.get(f"{there}?api-version=2022-12-01").json()["id"] == there
        assert wire.head(f"{there}/resourcegroups/{group}?api-version=2021-04-01").status_code == 404
        assert wire.get(f"{there}/providers/Microsoft.Compute?api-version=2021-04-01").json()["id"].startswith(there)
