"""Compute's long-running operations on the wire: what an SDK's poller hides (evidence: lro-patterns.json)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.contract.conftest import Azure
from tests.support.compute import Compute

VERSION = {"api-version": "2024-07-01"}


@pytest.fixture
def compute(azure: Azure, group: str) -> Compute:
    return Compute(azure, group)


@pytest.fixture
def wire(azure: Azure) -> Iterator[httpx.Client]:
    with azure.wire() as wire:
        yield wire


def ended(wire: httpx.Client, first: httpx.Response, *, within: float = 15) -> dict[str, Any]:
    """The last status of an operation, having seen that every pending one said when to ask again."""
    deadline = time.monotonic() + within
    while True:
        answer = wire.get(first.headers["Azure-AsyncOperation"])
        body: dict[str, Any] = answer.json()
        says_when = "Retry-After" in answer.headers or "x-ms-retry-after-ms" in answer.headers
        assert says_when == (body["status"] == "InProgress")
        if body["status"] != "InProgress":
            return body
        assert time.monotonic() < deadline, f"still in progress after {within} s: {body}"
        time.sleep(int(answer.headers["x-ms-retry-after-ms"]) / 1000)


def test_creating_a_machine_answers_201_and_is_followed_by_operation(compute: Compute, wire: httpx.Client) -> None:
    url = compute.id_of("virtualMachines", "vm")
    first = wire.put(url, params=VERSION, json=compute.body())
    assert first.status_code == 201
    assert first.json()["properties"]["provisioningState"] == "Creating"
    assert "Location" not in first.headers
    assert "/providers/Microsoft.Compute/locations/westeurope/operations/" in first.headers["Azure-AsyncOperation"]
    assert first.headers["x-ms-request-id"] in first.headers["Azure-AsyncOperation"]
    last = ended(wire, first)
    assert (last["status"], last["name"]) == ("Succeeded", first.headers["x-ms-request-id"])
    assert {"startTime", "endTime"} <= last.keys()


def test_changing_a_machine_answers_200(compute: Compute, wire: httpx.Client) -> None:
    compute.vm()
    first = wire.patch(compute.id_of("virtualMachines", "vm"), params=VERSION, json={"tags": {"a": "b"}})
    assert first.status_code == 200
    assert ended(wire, first)["status"] == "Succeeded"


@pytest.mark.parametrize("action", ["deallocate", "powerOff", "restart", "start"])
def test_an_action_answers_202_without_a_body(compute: Compute, wire: httpx.Client, action: str) -> None:
    compute.vm()
    first = wire.post(f"{compute.id_of('virtualMachines', 'vm')}/{action}", params=VERSION)
    assert (first.status_code, first.content) == (202, b"")
    assert ended(wire, first)["status"] == "Succeeded"
    assert wire.get(first.headers["Location"]).status_code == 200


def test_generalizing_is_done_at_once(compute: Compute, wire: httpx.Client) -> None:
    compute.vm()
    compute.act("power_off")
    answer = wire.post(f"{compute.id_of('virtualMachines', 'vm')}/generalize", params=VERSION)
    assert (answer.status_code, answer.content) == (200, b"")
    assert "Azure-AsyncOperation" not in answer.headers


def test_deleting_a_machine_answers_202_and_then_204(compute: Compute, wire: httpx.Client) -> None:
    compute.vm()
    url = compute.id_of("virtualMachines", "vm")
    first = wire.delete(url, params=VERSION)
    assert (first.status_code, first.content) == (202, b"")
    assert "Location" in first.headers
    assert ended(wire, first)["status"] == "Succeeded"
    assert wire.delete(url, params=VERSION).status_code == 204


@pytest.mark.parametrize("kind", ["disks", "snapshots"])
def test_disks_and_snapshots_answer_202_with_a_body(compute: Compute, wire: httpx.Client, kind: str) -> None:
    creation = {"createOption": "Empty"}
    properties: dict[str, Any] = {"diskSizeGB": 1}
    if kind == "snapshots":
        creation, properties = {"createOption": "Copy", "sourceResourceId": compute.disk("source").id}, {}
    body = {"location": "westeurope", "properties": {"creationData": creation} | properties}
    first = wire.put(compute.id_of(kind, "one"), params={"api-version": "2024-03-02"}, json=body)
    assert first.status_code == 202
    assert first.json()["properties"]["provisioningState"] == "Updating"
    assert "/diskoperations/" in first.headers["Azure-AsyncOperation"].lower()
    assert "Location" in first.headers
    assert ended(wire, first)["status"] == "Succeeded"


def test_creating_an_image_answers_201(compute: Compute, wire: httpx.Client) -> None:
    machine = compute.generalized_vm()
    properties = {"sourceVirtualMachine": {"id": machine.id}, "hyperVGeneration": "V2"}
    body = {"location": "westeurope", "properties": properties}
    first = wire.put(compute.id_of("images", "image"), params=VERSION, json=body)
    assert first.status_code == 201
    assert first.json()["properties"]["provisioningState"] == "Creating"
    assert ended(wire, first)["status"] == "Succeeded"


def test_a_refusal_never_says_to_ask_again(compute: Compute, wire: httpx.Client) -> None:
    compute.vm()
    answer = wire.post(f"{compute.id_of('virtualMachines', 'vm')}/generalize", params=VERSION)
    assert answer.status_code == 409
    assert "Retry-After" not in answer.headers
    assert "x-ms-retry-after-ms" not in answer.headers
