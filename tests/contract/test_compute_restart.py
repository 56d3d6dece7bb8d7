"""A server that dies in the middle: the next one goes on, and nobody's poller notices."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError

from localazure.server import running
from localazure.settings import ServerSettings
from tests.contract.conftest import Azure, instant_settings
from tests.support.compute import Compute
from tests.support.server_state import database_text
from tests.support.windows_compute import PASSWORD, windows_body

GROUP = "restarted"
SLOW = 0.1
"""A creation then takes three seconds: time enough to stop the server within it."""


@contextmanager
def serving(settings: ServerSettings) -> Iterator[Azure]:
    """A server, gone again at the end, and clients that found it by its metadata endpoint."""
    with running(settings) as server, pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        patch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", server.endpoints.metadata)
        yield Azure(server, stack)


def same_port(settings: ServerSettings, azure: Azure) -> ServerSettings:
    """Settings of a successor, which URLs given out by its predecessor lead to."""
    port = int(azure.endpoints.resource_manager.rpartition(":")[2])
    return settings.model_copy(update={"port": port})


def prepared(azure: Azure) -> Compute:
    azure.resources.resource_groups.create_or_update(GROUP, {"location": "westeurope"})
    return Compute(azure, GROUP)


def test_a_creation_goes_on_under_the_next_server_with_the_same_token(tmp_path: Path) -> None:
    settings = instant_settings(tmp_path).model_copy(update={"pace": SLOW})
    with serving(settings) as azure:
        compute = prepared(azure)
        body: Any = compute.body()
        poller = compute.client.virtual_machines.begin_create_or_update(GROUP, "vm", body)
        token = poller.continuation_token()
        assert compute.client.virtual_machines.get(GROUP, "vm").provisioning_state == "Creating"
        successor = same_port(settings, azure)
    with serving(successor) as azure:
        resumed: Any = azure.compute.virtual_machines.begin_create_or_update(
            GROUP, "vm", body, continuation_token=token
        )
        assert resumed.result().provisioning_state == "Succeeded"
        assert Compute(azure, GROUP).codes()[-1] == "PowerState/running"


def test_a_deletion_goes_on_under_the_next_server(tmp_path: Path) -> None:
    settings = instant_settings(tmp_path)
    with serving(settings) as azure:
        compute = prepared(azure)
        compute.vm()
    slow = settings.model_copy(update={"pace": SLOW})
    with serving(slow) as azure:
        token = azure.compute.virtual_machines.begin_delete(GROUP, "vm").continuation_token()
        successor = same_port(slow, azure)
    with serving(successor) as azure:
        azure.compute.virtual_machines.begin_delete(GROUP, "vm", continuation_token=token).result()
        assert list(azure.compute.virtual_machines.list(GROUP)) == []


def test_what_ran_runs_again_and_what_shut_itself_down_stays_down(tmp_path: Path) -> None:
    settings = instant_settings(tmp_path)
    with serving(settings) as azure:
        compute = prepared(azure)
        compute.vm("running")
        compute.vm("deprovisioned")
        compute.vm("deallocated")
        compute.act("deallocate", "deallocated")
        machine = compute.client.virtual_machines.get(GROUP, "deprovisioned")
        azure.server.cloud.hypervisor.stop(str(machine.vm_id), graceful=True)
    with serving(settings) as azure:
        codes = {name: Compute(azure, GROUP).codes(name)[-1] for name in ("running", "deprovisioned", "deallocated")}
    assert codes == {
        "running": "PowerState/running",
        "deprovisioned": "PowerState/stopped",
        "deallocated": "PowerState/deallocated",
    }


def script(text: str) -> Any:
    return {"commandId": "RunShellScript", "script": [text]}


def test_a_machine_runs_again_whose_script_ended_with_the_server(tmp_path: Path) -> None:
    settings = instant_settings(tmp_path)
    with serving(settings) as azure:
        compute = prepared(azure)
        compute.vm()
        lost: Any = compute.client.virtual_machines.begin_run_command(GROUP, "vm", script("sleep 60"))
        token = lost.continuation_token()
        successor = same_port(settings, azure)
    with serving(successor) as azure:
        machines = azure.compute.virtual_machines
        with pytest.raises(HttpResponseError, match="The script was interrupted"):
            machines.begin_run_command(GROUP, "vm", script(""), continuation_token=token).result()
        assert "again" in str(machines.begin_run_command(GROUP, "vm", script("echo again")).result().value)


def test_a_windows_machine_is_made_across_two_servers_and_goes_on_under_a_third(tmp_path: Path) -> None:
    settings = instant_settings(tmp_path).model_copy(update={"pace": SLOW / 5})
    with serving(settings) as azure:
        compute = prepared(azure)
        body: Any = windows_body(compute)
        poller = compute.client.virtual_machines.begin_create_or_update(GROUP, "win", body)
        token = poller.continuation_token()
        successor = same_port(settings, azure)
    with serving(successor) as azure:
        resumed: Any = azure.compute.virtual_machines.begin_create_or_update(
            GROUP, "win", body, continuation_token=token
        )
        assert resumed.result().provisioning_state == "Succeeded"
        mark = next((tmp_path / "windows-model/disks").iterdir()) / "content/files/C/mark.txt"
        mark.write_text("mine")
        assert PASSWORD not in database_text(tmp_path)
    with serving(settings.model_copy(update={"pace": 0})) as azure:
        assert Compute(azure, GROUP).codes("win")[-1] == "PowerState/running"
        assert mark.read_text() == "mine"
