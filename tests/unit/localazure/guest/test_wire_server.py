"""The wire server and the host plugin as cloud-init and waagent use them."""

import base64
import json
import xml.etree.ElementTree as ET
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from localazure.guest.host_plugin import host_plugin
from localazure.guest.reports import GuestReports
from localazure.guest.run_command import ScriptDesk
from localazure.guest.wire_server import wire_server
from localazure.hypervisor.base import GuestIdentity

HEALTH = """<?xml version="1.0" encoding="utf-8"?><Health><GoalStateIncarnation>1</GoalStateIncarnation><Container>
<ContainerId>c</ContainerId><RoleInstanceList><Role><InstanceId>i</InstanceId><Health><State>{state}</State>{details}
</Health></Role></RoleInstanceList></Container></Health>"""
STATUS = {
    "version": "1.1",
    "aggregateStatus": {
        "guestAgentStatus": {
            "version": "2.7.3.0",
            "status": "NotReady",
            "formattedMessage": {"lang": "en-US", "message": "Guest Agent is starting"},
        },
        "handlerAggregateStatus": [],
    },
}


@pytest.fixture
def reports(tmp_path: Path) -> GuestReports:
    return GuestReports(tmp_path / "report.json")


@pytest.fixture
def desk() -> ScriptDesk:
    return ScriptDesk()


@pytest.fixture
def wire(identity: GuestIdentity, reports: GuestReports, desk: ScriptDesk) -> TestClient:
    return TestClient(wire_server(identity, reports, desk))


@pytest.fixture
def plugin(reports: GuestReports, desk: ScriptDesk) -> TestClient:
    return TestClient(host_plugin(reports, desk))


def parse(answer: httpx.Response) -> ET.Element:
    return ET.fromstring(answer.content)  # noqa: S314 (our own)


def health(state: str, sub_status: str = "", description: str = "") -> str:
    details = f"<Details><SubStatus>{sub_status}</SubStatus><Description>{description}</Description></Details>"
    return HEALTH.format(state=state, details=details if sub_status else "")


def test_the_goal_state_leads_to_documents_that_are_there(wire: TestClient) -> None:
    goal = parse(wire.get("/machine/?comp=goalstate"))
    for name in ("HostingEnvironmentConfig", "SharedConfig", "ExtensionsConfig"):
        uri = goal.findtext(f".//{name}") or ""
        answer = wire.get(uri.removeprefix("http://168.63.129.16"))
        assert answer.status_code == 200
        assert parse(answer).tag


def test_versions_hold_the_one_the_agents_speak(wire: TestClient) -> None:
    versions = parse(wire.get("/?comp=versions"))
    assert "2012-11-30" in [version.text for version in versions.iterfind("Supported/Version")]


def test_ready_is_remembered_and_survives_the_server(wire: TestClient, reports: GuestReports, tmp_path: Path) -> None:
    assert not reports.read().provisioned
    assert wire.post("/machine?comp=health", content=health("Ready")).status_code == 200
    assert GuestReports(tmp_path / "report.json").read().provisioned


def test_a_failure_keeps_its_reason_and_a_later_ready_ends_it(wire: TestClient, reports: GuestReports) -> None:
    wire.post("/machine/?comp=health", content=health("NotReady", "Provisioning", "Starting"))
    assert reports.read().provisioning_failure is None
    wire.post("/machine/?comp=health", content=health("NotReady", "ProvisioningFailed", "result=error|no ovf-env.xml"))
    assert reports.read().provisioning_failure == "result=error|no ovf-env.xml"
    wire.post("/machine/?comp=health", content=health("Ready"))
    assert reports.read().provisioning_failure is None


@pytest.mark.parametrize("path", ["/machine/?comp=nothing", "/machine/c/i?comp=config&type=fullConfig", "/nothing"])
def test_what_is_not_there_is_not_found(wire: TestClient, path: str) -> None:
    assert wire.get(path).status_code == 404


def test_a_health_report_must_be_one(wire: TestClient) -> None:
    assert wire.post("/machine?comp=health", content="no xml").status_code == 400


def test_the_agents_status_comes_wrapped_or_as_it_is(plugin: TestClient, reports: GuestReports) -> None:
    wrapped = {"content": base64.b64encode(json.dumps(STATUS).encode()).decode(), "headers": [], "requestUri": "x"}
    assert plugin.put("/status", json=wrapped).status_code == 200
    agent = reports.read().agent()
    assert agent
    assert (agent.version, agent.status, agent.message) == ("2.7.3.0", "Not Ready", "Guest Agent is starting")
    assert agent.seconds_since_report < 10
    assert plugin.put("/status/_web", json=STATUS).status_code == 200


def test_the_plugin_speaks_the_agents_version_and_refuses_nonsense(plugin: TestClient) -> None:
    assert "2015-09-01" in plugin.get("/versions").json()
    assert plugin.put("/status", json={"a": 1}).status_code == 400
    assert plugin.put("/status", content=b"{").status_code == 400
    assert plugin.get("/vmSettings").status_code == 404
