"""Run Command's extension, fetched and called as Azure's agent does. The real agent does so in tests/e2e."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from starlette.testclient import TestClient

from localazure.guest.host_plugin import host_plugin
from localazure.guest.reports import GuestReports
from localazure.guest.run_command import ScriptDesk
from localazure.guest.wire_server import wire_server
from localazure.hypervisor.base import GuestIdentity, HypervisorError, Script

HOST = "http://168.63.129.16"
SECRET = "Never-Write-This-Down-1"
MOST_SECONDS = 20.0


class Agent:
    """What of the agent concerns extensions. ``folder`` is its library, ``host`` the address that scripts come from."""

    def __init__(self, wire: TestClient, plugin: TestClient, folder: Path, host: str) -> None:
        self.wire, self.plugin, self.folder, self.host = wire, plugin, folder, host

    def goal(self) -> ET.Element:
        """The extensions of the goal state."""
        state = self._fetched("/machine/?comp=goalstate")
        return self._fetched(state.findtext(".//ExtensionsConfig") or "")

    @property
    def home(self) -> Path:
        (plugin,) = self.goal().iterfind("Plugins/Plugin")
        return self.folder / f"{plugin.attrib['name']}-{plugin.attrib['version']}"

    def install(self) -> None:
        (plugin,) = self.goal().iterfind("Plugins/Plugin")
        manifest = self._fetched(plugin.attrib["location"])
        assert manifest.findtext(".//Version") == plugin.attrib["version"]
        package = self.wire.get((manifest.findtext(".//Uri") or "").removeprefix(HOST)).content
        zipfile.ZipFile(io.BytesIO(package)).extractall(self.home)
        for name in ("config", "status"):
            (self.home / name).mkdir()
        self.call("install")

    def enable(self) -> str:
        """Write the settings, and call the handler. Returns the settings' number."""
        settings = self.goal().find("PluginSettings/Plugin/RuntimeSettings")
        assert settings is not None
        number = settings.attrib["seqNo"]
        text = str(settings.text).replace(HOST, self.host)
        json.loads(text)
        (self.home / "config" / f"{number}.settings").write_text(text)
        self.call("enable", ConfigSequenceNumber=number)
        return number

    def call(self, action: str, **environment: str) -> None:
        manifest = json.loads((self.home / "HandlerManifest.json").read_text())[0]["handlerManifest"]
        program, *arguments = manifest[f"{action}Command"].split()
        command = [sys.executable, str(self.home / program), *arguments]
        subprocess.run(command, check=True, timeout=MOST_SECONDS, env=os.environ | environment)

    def report(self, number: str) -> str:
        """Tell the host, and return the script's state."""
        (told,) = json.loads((self.home / "status" / f"{number}.status").read_text())
        self.tell({"runtimeSettingsStatus": {"sequenceNumber": number, "settingsStatus": told}}, number)
        return str(told["status"]["status"])

    def tell(self, more: dict[str, Any], done_with: str) -> None:
        handler = {"handlerName": "Microsoft.CPlat.Core.RunCommandLinux", "code": 0, "status": "Ready"} | more
        told = {
            "guestAgentStatus": {"version": "2.7.3.0", "status": "Ready", "formattedMessage": {"message": "runs"}},
            "handlerAggregateStatus": [handler],
            "vmArtifactsAggregateStatus": {"goalStateAggregateStatus": {"inSvdSeqNo": done_with}},
        }
        assert self.plugin.put("/status", json={"aggregateStatus": told}).status_code == 200

    def report_until_ended(self, number: str) -> None:
        until = time.monotonic() + MOST_SECONDS
        while self.report(number) == "transitioning":
            assert time.monotonic() < until
            time.sleep(0.02)

    def _fetched(self, uri: str) -> ET.Element:
        answer = self.wire.get(uri.removeprefix(HOST))
        assert answer.status_code == 200, uri
        return ET.fromstring(answer.content)  # noqa: S314 (our own)


@pytest.fixture
def desk() -> ScriptDesk:
    return ScriptDesk()


@pytest.fixture
def agent(identity: GuestIdentity, desk: ScriptDesk, tmp_path: Path) -> Iterator[Agent]:
    wire = TestClient(wire_server(identity, GuestReports(tmp_path / "report"), desk))
    plugin = TestClient(host_plugin(GuestReports(tmp_path / "report"), desk))

    class Host(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = wire.get(self.path)
            self.send_response(answer.status_code)
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Host) as host:
        thread = Thread(target=host.serve_forever, daemon=True)
        thread.start()
        yield Agent(wire, plugin, tmp_path / "waagent", f"http://127.0.0.1:{host.server_port}")
        host.shutdown()
        thread.join()


def script(*lines: str, **parameters: str) -> Script:
    return Script(text="\n".join(lines), parameters=tuple(parameters.items()))


def test_a_guest_that_was_given_no_script_is_asked_for_no_extension(agent: Agent) -> None:
    assert list(agent.goal().iter("Plugin")) == []


def test_a_script_is_run_with_its_parameters_and_both_streams_come_back(agent: Agent, desk: ScriptDesk) -> None:
    ended = desk.begin(script("echo out $1", "echo err $colour >&2", "exit 3", colour="light blue"))
    agent.install()
    agent.report_until_ended(agent.enable())
    result = ended.result(0)
    assert (result.exit_code, result.stdout, result.stderr) == (3, "out light blue\n", "err light blue\n")


def test_nothing_of_a_script_is_kept_on_the_guests_disk(agent: Agent, desk: ScriptDesk) -> None:
    desk.begin(script("#!/usr/bin/env python3", f"# {SECRET}", "import sys; sys.exit(0)", password=SECRET))
    agent.install()
    agent.report_until_ended(agent.enable())
    found = [each for each in agent.folder.rglob("*") if each.is_file() and SECRET in each.read_text(errors="replace")]
    assert found == []


def test_only_the_end_of_long_output_comes_back(agent: Agent, desk: ScriptDesk) -> None:
    ended = desk.begin(script("seq 100000"))
    agent.install()
    agent.report_until_ended(agent.enable())
    out = ended.result(0).stdout
    assert (len(out), out[-7:]) == (4096, "100000\n")


def test_an_agent_that_is_started_again_runs_it_once_and_a_next_one_as_well(agent: Agent, desk: ScriptDesk) -> None:
    count = agent.folder.parent / "count"
    desk.begin(script(f"echo once >> {count}"))
    agent.install()
    first = agent.enable()
    agent.report_until_ended(first)
    assert agent.goal().findall("Plugins/Plugin[@state='uninstall']")
    ended = desk.begin(script(f"echo twice >> {count}"))
    second = agent.enable()
    assert second != first
    for _ in range(2):
        agent.report_until_ended(agent.enable())
    assert ended.result(0).exit_code == 0
    assert count.read_text() == "once\ntwice\n"


def test_a_script_that_did_not_outlive_a_boot_has_failed(agent: Agent, desk: ScriptDesk) -> None:
    ended = desk.begin(script("sleep 60"))
    agent.install()
    number = agent.enable()
    assert agent.report(number) == "transitioning"
    agent.call("disable")
    agent.enable()
    agent.report(number)
    with pytest.raises(HypervisorError, match="started again before the script ended"):
        ended.result(0)


def test_cancelling_ends_the_script(agent: Agent, desk: ScriptDesk) -> None:
    alive = agent.folder.parent / "alive"
    ended = desk.begin(script(f"echo $$ > {alive}.pid; mv {alive}.pid {alive}; sleep 60"))
    agent.install()
    agent.enable()
    until = time.monotonic() + MOST_SECONDS
    while not alive.exists():
        assert time.monotonic() < until
        time.sleep(0.02)
    assert ended.cancel()
    assert agent.goal().findall("Plugins/Plugin[@state='uninstall']")
    agent.call("disable")
    while Path("/proc", alive.read_text().strip()).exists():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_one_script_at_a_time_and_a_stop_of_the_machine_ends_it(desk: ScriptDesk) -> None:
    ended = desk.begin(script("true"))
    with pytest.raises(HypervisorError, match="Another script runs"):
        desk.begin(script("true"))
    desk.close("the machine stopped")
    with pytest.raises(HypervisorError, match="the machine stopped"):
        ended.result(0)
    desk.begin(script("true"))


def test_the_agents_own_failure_fails_the_script_that_it_is_about(agent: Agent, desk: ScriptDesk) -> None:
    ended = desk.begin(script("true"))
    failure = {"code": 1009, "status": "NotReady", "formattedMessage": {"message": "no package"}}
    agent.tell(failure, "1")
    assert not ended.done()
    agent.tell(failure, agent.goal().attrib["goalStateIncarnation"])
    with pytest.raises(HypervisorError, match="no package"):
        ended.result(0)


def test_a_script_is_given_out_once_and_to_nobody_who_guesses(desk: ScriptDesk) -> None:
    desk.begin(script("true"))
    assert desk.fetch("guessed") is None
    assert desk.fetch(desk.wish().token)
    assert desk.fetch(desk.wish().token) is None
