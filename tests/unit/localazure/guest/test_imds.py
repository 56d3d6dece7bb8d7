"""IMDS as a guest meets it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from localazure.guest.imds import imds
from localazure.guest.scheduled_events import ScheduledEvents
from localazure.hypervisor.base import GuestIdentity

VERSION = "api-version=2021-08-01"


@pytest.fixture
def scheduled(tmp_path: Path) -> ScheduledEvents:
    return ScheduledEvents(tmp_path / "events.json")


@pytest.fixture
def guest(identity: GuestIdentity, scheduled: ScheduledEvents) -> Iterator[TestClient]:
    with TestClient(imds(identity, scheduled), headers={"Metadata": "true"}) as client:
        yield client


def test_the_whole_document(guest: TestClient, identity: GuestIdentity) -> None:
    document = guest.get(f"/metadata/instance?{VERSION}&extended=true").json()
    assert document["compute"]["vmId"] == identity.vm_id
    assert document["compute"]["osProfile"]["disablePasswordAuthentication"] == "true"
    assert document["compute"]["tags"] == "build:b1;owner:me"
    assert document["compute"]["publicKeys"][0]["path"] == "/home/builder/.ssh/authorized_keys"
    (interface,) = document["network"]["interface"]
    assert interface["macAddress"] == "0022480A0B0C"
    assert interface["ipv4"]["ipAddress"] == [{"privateIpAddress": "10.0.1.4", "publicIpAddress": "127.0.5.9"}]
    assert interface["ipv4"]["subnet"] == [{"address": "10.0.1.0", "prefix": "24"}]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("compute/name", "web"),
        ("network/interface/0/macAddress", "0022480A0B0C"),
        ("network/interface/0/ipv4/ipAddress/0/privateIpAddress", "10.0.1.4"),
        ("compute/tagsList/1/value", "me"),
        ("", "compute/\nnetwork/"),
        ("network/interface", "0/"),
    ],
)
def test_a_path_leads_to_a_part(guest: TestClient, path: str, text: str) -> None:
    answer = guest.get(f"/metadata/instance/{path}?{VERSION}&format=text")
    assert (answer.status_code, answer.text) == (200, text)


def test_a_part_as_json(guest: TestClient) -> None:
    assert guest.get(f"/metadata/instance/compute/tagsList?{VERSION}").json()[0] == {"name": "build", "value": "b1"}
    assert guest.get(f"/metadata/instance/compute/name?{VERSION}").status_code == 400
    assert guest.get(f"/metadata/instance/compute/nothing?{VERSION}").status_code == 404


@pytest.mark.parametrize("headers", [{}, {"Metadata": "true", "X-Forwarded-For": "10.0.0.1"}])
def test_only_the_guest_itself_is_answered(
    identity: GuestIdentity, scheduled: ScheduledEvents, headers: dict[str, str]
) -> None:
    with TestClient(imds(identity, scheduled)) as client:
        answer = client.get(f"/metadata/instance?{VERSION}", headers=headers)
    assert answer.status_code == 400
    assert answer.json() == {"error": "Bad request. Required metadata header not specified"}


@pytest.mark.parametrize("query", ["", "?api-version=2099-01-01"])
def test_the_version_must_be_one_there_is(guest: TestClient, query: str) -> None:
    answer = guest.get(f"/metadata/instance{query}")
    assert answer.status_code == 400
    assert "api-version" in answer.json()["error"]
    assert len(answer.json()["newest-versions"]) == 3


def test_what_is_not_done_is_said(guest: TestClient) -> None:
    attested = guest.get(f"/metadata/attested/document?{VERSION}")
    assert attested.status_code == 501
    assert "localazure does not" in attested.json()["error"]
    token = guest.get("/metadata/identity/oauth2/token?api-version=2021-02-01&resource=https://x")
    assert (token.status_code, token.json()["error_description"]) == (400, "Identity not found")
    assert guest.post(f"/metadata/instance?{VERSION}").status_code == 405


EVENTS = "/metadata/scheduledevents?api-version=2020-07-01"


def test_a_guest_hears_that_its_machine_is_taken_back(
    guest: TestClient, identity: GuestIdentity, scheduled: ScheduledEvents
) -> None:
    before = guest.get(EVENTS).json()
    assert before["Events"] == []
    scheduled.preempt(datetime(2036, 9, 19, 18, 29, 47, tzinfo=UTC))
    scheduled.preempt(datetime(2036, 9, 20, tzinfo=UTC))
    after = guest.get(EVENTS).json()
    assert after["DocumentIncarnation"] == before["DocumentIncarnation"] + 1
    (event,) = after["Events"]
    assert event | {"EventId": ""} == {
        "EventId": "",
        "EventStatus": "Scheduled",
        "EventType": "Preempt",
        "ResourceType": "VirtualMachine",
        "Resources": [identity.name],
        "NotBefore": "Fri, 19 Sep 2036 18:29:47 GMT",
        "Description": "The Spot virtual machine is taken back.",
        "EventSource": "Platform",
        "DurationInSeconds": -1,
    }
    assert guest.post(EVENTS, json={"StartRequests": [{"EventId": event["EventId"]}]}).status_code == 200
    (begun,) = guest.get(EVENTS).json()["Events"]
    assert (begun["EventStatus"], begun["NotBefore"]) == ("Started", "")
    scheduled.clear()
    assert guest.get(EVENTS).json()["Events"] == []
    scheduled.preempt(datetime.now(UTC))
    assert guest.get(EVENTS).json()["Events"][0]["EventStatus"] == "Started"


@pytest.mark.parametrize("body", ["", "{}", '{"StartRequests": [{"EventId": "of another machine"}]}'])
def test_a_guest_can_start_nothing_else(guest: TestClient, body: str) -> None:
    assert guest.post(EVENTS, content=body).status_code == 400


def test_a_specialized_machine_has_no_profile(identity: GuestIdentity, scheduled: ScheduledEvents) -> None:
    special = identity.model_copy(update={"os_profile": None})
    with TestClient(imds(special, scheduled), headers={"Metadata": "true"}) as client:
        compute = client.get(f"/metadata/instance/compute?{VERSION}").json()
    assert compute["publicKeys"] == []
    assert compute["osProfile"]["adminUsername"] == ""
