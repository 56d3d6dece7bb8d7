"""Calls that go wrong on demand, as the real SDK meets them."""

from __future__ import annotations

import json
import socket
import ssl
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from azure.core.exceptions import HttpResponseError, ServiceRequestError, ServiceResponseError
from azure.identity import ClientSecretCredential, ManagedIdentityCredential

from localazure.faults.client import FaultClient
from localazure.faults.kinds.connections import PauseFault, ResetFault, SlowFault
from localazure.faults.kinds.recording import RecordFault
from localazure.faults.kinds.status import StatusFault
from localazure.faults.kinds.tokens import ExpiredTokenFault, ShortTokenFault
from tests.contract.conftest import Azure
from tests.support.compute import HERE, Compute, refusal

PUT_GROUP = "PUT Microsoft.Resources/resourceGroups"
VERSION = {"api-version": "2021-04-01"}
BROKEN = (ServiceRequestError, ServiceResponseError)


@pytest.fixture
def wire(azure: Azure) -> Iterator[httpx.Client]:
    with azure.wire() as wire:
        yield wire


@pytest.fixture
def url(azure: Azure, group: str) -> str:
    return f"/subscriptions/{azure.endpoints.subscription}/resourceGroups/{group}"


def tags(azure: Azure, group: str) -> dict[str, str]:
    return dict(azure.resources.resource_groups.get(group).tags or {})


def tag(azure: Azure, group: str, **options: Any) -> None:
    """A call whose effect can be seen."""
    azure.resources.resource_groups.create_or_update(group, HERE | {"tags": {"was": "here"}}, **options)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (403, "AuthorizationFailed"),
        (404, "ResourceNotFound"),
        (409, "AnotherOperationInProgress"),
        (412, "PreconditionFailed"),
        (418, "InternalServerError"),
        (429, "SubscriptionRequestsThrottled"),
        (500, "InternalServerError"),
        (502, "BadGateway"),
        (503, "ServerTimeout"),
        (504, "GatewayTimeout"),
    ],
)
def test_a_call_is_refused_in_azures_words(
    azure: Azure, group: str, faults: FaultClient, status: int, code: str
) -> None:
    faults.add(StatusFault(status=status, operation=PUT_GROUP, resource=group))
    with pytest.raises(HttpResponseError) as caught:
        tag(azure, group)
    assert refusal(caught) == (status, code)
    answer: Any = caught.value.response
    assert "Retry-After" not in answer.headers
    assert tags(azure, group) == {}
    tag(azure, group)
    assert tags(azure, group) == {"was": "here"}


def test_who_may_not_is_told_which_action_on_which_scope(azure: Azure, group: str, faults: FaultClient) -> None:
    faults.add(StatusFault(status=403, operation="PUT *", resource=group))
    with pytest.raises(HttpResponseError) as caught:
        tag(azure, group)
    assert "perform action 'Microsoft.Resources/resourceGroups/write' over scope '/subscriptions/" in str(caught.value)


def test_a_test_may_choose_the_words(azure: Azure, group: str, faults: FaultClient) -> None:
    faults.add(StatusFault(status=409, code="Conflict", message="Not now.", operation="PUT *", resource=group))
    with pytest.raises(HttpResponseError, match="Not now") as caught:
        tag(azure, group)
    assert refusal(caught) == (409, "Conflict")


def test_compute_throttles_with_its_own_body_and_the_sdk_comes_again(
    azure: Azure, group: str, faults: FaultClient
) -> None:
    compute = Compute(azure, group)
    made = compute.disk()
    throttled = StatusFault(status=429, retry_after=1, operation="GET Microsoft.Compute/disks", resource="disk")
    with azure.wire() as wire:
        faults.add(throttled)
        answer = wire.get(made.id, params={"api-version": "2024-03-02"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
    error = answer.json()["error"]
    assert (error["code"], error["details"][0]["code"]) == ("OperationNotAllowed", "TooManyRequests")
    assert json.loads(error["details"][0]["message"])["allowedRequestCount"] == 800
    again = faults.add(throttled)
    begun = time.monotonic()
    assert azure.compute.disks.get(group, "disk", retry_total=1).name == "disk"
    assert time.monotonic() - begun >= 1
    assert faults.get(again.id).struck == 1


def test_a_call_may_have_had_its_effect_and_say_that_it_failed(azure: Azure, group: str, faults: FaultClient) -> None:
    faults.add(StatusFault(status=504, when="after", operation=PUT_GROUP, resource=group))
    with pytest.raises(HttpResponseError):
        tag(azure, group)
    assert tags(azure, group) == {"was": "here"}


@pytest.mark.parametrize(("when", "effect"), [("before", {}), ("after", {"was": "here"})])
def test_a_connection_is_reset_before_or_after_the_effect(
    azure: Azure, group: str, faults: FaultClient, when: Any, effect: dict[str, str]
) -> None:
    faults.add(ResetFault(when=when, operation=PUT_GROUP, resource=group))
    with pytest.raises(BROKEN, match="Connection aborted"):
        tag(azure, group)
    assert tags(azure, group) == effect


def test_the_peer_of_a_reset_connection_gets_rst(azure: Azure, group: str, url: str, faults: FaultClient) -> None:
    faults.add(ResetFault(resource=group))
    base = azure.endpoints.resource_manager
    token = azure.credential.get_token(f"{base}/.default").token
    request = f"GET {url}?api-version=2021-04-01 HTTP/1.1\r\nHost: {base[8:]}\r\nAuthorization: Bearer {token}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", int(base.rpartition(":")[2])), timeout=10) as connection:
        send_over_tls(connection, azure.trust, request.encode())
        with pytest.raises(ConnectionResetError):
            drain(connection)


def send_over_tls(connection: socket.socket, trust: ssl.SSLContext, content: bytes) -> None:
    """By hand: Python's TLS sockets show a reset as an end of file."""
    received, to_send = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = trust.wrap_bio(received, to_send, server_hostname="localhost")
    while True:
        try:
            tls.do_handshake()
            break
        except ssl.SSLWantReadError:
            connection.sendall(to_send.read())
            received.write(connection.recv(65536))
    tls.write(content)
    connection.sendall(to_send.read())


def drain(connection: socket.socket) -> None:
    while connection.recv(65536):
        pass


def test_a_slow_answer_comes_to_who_waits_for_it(azure: Azure, group: str, faults: FaultClient) -> None:
    faults.add(SlowFault(seconds=0.4, operation=PUT_GROUP, resource=group))
    begun = time.monotonic()
    tag(azure, group)
    assert time.monotonic() - begun >= 0.4


def test_who_does_not_wait_for_a_slow_answer_had_the_effect(
    azure: Azure, group: str, url: str, wire: httpx.Client, faults: FaultClient
) -> None:
    slow = faults.add(SlowFault(seconds=3, operation=PUT_GROUP, resource=group))
    with pytest.raises(httpx.ReadTimeout):
        wire.put(url, params=VERSION, json=HERE | {"tags": {"was": "here"}}, timeout=1)
    faults.await_strike(slow.id)
    assert tags(azure, group) == {"was": "here"}


@pytest.mark.parametrize(("when", "effect"), [("before", {}), ("after", {"was": "here"})])
def test_a_call_is_held_for_its_client_to_be_killed(
    azure: Azure, group: str, url: str, wire: httpx.Client, faults: FaultClient, when: Any, effect: dict[str, str]
) -> None:
    held = faults.add(PauseFault(when=when, operation=PUT_GROUP, resource=group))
    with pytest.raises(httpx.ReadTimeout):
        wire.put(url, params=VERSION, json=HERE | {"tags": {"was": "here"}}, timeout=1)
    wire.close()
    faults.await_strike(held.id)
    recorded = faults.add(RecordFault(operation=PUT_GROUP, resource=group))
    faults.remove(held.id)
    assert tags(azure, group) == effect
    assert faults.calls(recorded.id) == []


def test_a_held_call_goes_on_when_it_is_let_go(url: str, group: str, wire: httpx.Client, faults: FaultClient) -> None:
    held = faults.add(PauseFault(operation="GET *", resource=group))
    with ThreadPoolExecutor(1) as thread:
        answer = thread.submit(wire.get, url, params=VERSION)
        faults.await_strike(held.id)
        assert not answer.done()
        faults.remove(held.id)
        assert answer.result(10).status_code == 200


def test_a_token_ends_in_the_middle(
    azure: Azure, group: str, url: str, wire: httpx.Client, faults: FaultClient
) -> None:
    faults.add(ExpiredTokenFault(resource=group, count=2))
    answer = wire.get(url, params=VERSION)
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "ExpiredAuthenticationToken"
    challenge = answer.headers["WWW-Authenticate"]
    authority = f"{azure.endpoints.resource_manager}/{azure.endpoints.tenant}"
    assert challenge.startswith(f'Bearer authorization_uri="{authority}", error="invalid_token"')
    assert "expiry UTC time" in challenge
    with pytest.raises(HttpResponseError) as caught:
        azure.resources.resource_groups.get(group)
    assert refusal(caught) == (401, "ExpiredAuthenticationToken")
    assert azure.resources.resource_groups.get(group).name == group


def test_tokens_live_shortly(azure: Azure, faults: FaultClient) -> None:
    scope = f"{azure.endpoints.resource_manager}/.default"
    faults.add(ShortTokenFault(seconds=30))
    with ManagedIdentityCredential() as identity, client_secret(azure) as secret:
        for credential in (identity, secret):
            left = credential.get_token(scope).expires_on - time.time()
            assert 20 < left <= 30


def test_the_login_endpoint_fails_like_any_other(azure: Azure, faults: FaultClient) -> None:
    failing = faults.add(StatusFault(status=503, operation="POST login/token"))
    scope = f"{azure.endpoints.resource_manager}/.default"
    with client_secret(azure) as credential:
        assert credential.get_token(scope).token
    assert faults.get(failing.id).struck == 1


def client_secret(azure: Azure) -> ClientSecretCredential:
    endpoints = azure.endpoints
    return ClientSecretCredential(
        endpoints.tenant, endpoints.client_id, azure.server.tokens.principal.client_secret,
        authority=endpoints.resource_manager, disable_instance_discovery=True, connection_verify=endpoints.ca,
    )  # fmt: skip


def test_every_call_is_recorded_in_order_and_can_be_struck_by_its_place(
    azure: Azure, group: str, faults: FaultClient
) -> None:
    def build() -> None:
        compute.disk("a", gb=1)
        azure.compute.disks.begin_delete(group, "a").wait()

    compute = Compute(azure, group)
    patterns: dict[str, Any] = {"operation": ["!GET *"], "resource": f"*/resourceGroups/{group}/*"}
    recorded = faults.add(RecordFault(**patterns))
    build()
    calls = faults.calls(recorded.id)
    seen = [(call.number, call.operation, call.status) for call in calls]
    assert seen == [(1, "PUT Microsoft.Compute/disks", 202), (2, "DELETE Microsoft.Compute/disks", 202)]
    assert calls[0].resource.endswith("/disks/a")
    for call in calls:
        struck = faults.add(ResetFault(after=call.number - 1, **patterns))
        with pytest.raises(BROKEN):
            build()
        last = faults.calls(recorded.id)[-1]
        assert (last.operation, last.status, last.faults) == (call.operation, None, (struck.id,))


def test_the_polling_of_an_operation_is_recorded_under_its_resource(
    azure: Azure, group: str, faults: FaultClient
) -> None:
    recorded = faults.add(RecordFault(operation="GET *perations", resource="polled"))
    Compute(azure, group).disk("polled", gb=1)
    calls = faults.calls(recorded.id)
    assert {call.operation for call in calls} == {"GET Microsoft.Compute/locations/DiskOperations"}
    assert all(call.resource.endswith("/disks/polled") and "/diskoperations/" in call.path.lower() for call in calls)
