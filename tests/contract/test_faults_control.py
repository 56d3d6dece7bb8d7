"""The endpoint and the commands by which faults are added: for the server's owner only, and with clear refusals."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from localazure.cli import app
from localazure.faults.client import FaultClient, FaultRefused
from localazure.faults.control import ROOT, token_file
from localazure.faults.kinds.connections import ResetFault
from localazure.faults.kinds.operations import FailedOperationFault
from localazure.faults.kinds.tokens import ShortTokenFault
from tests.contract.conftest import Azure


def test_only_who_can_read_the_token_may_do_harm(azure: Azure) -> None:
    url = f"{azure.endpoints.metadata}{ROOT}"
    guesses: tuple[dict[str, bytes], ...] = ({}, {"Authorization": b"Bearer guess"}, {"Authorization": "é".encode()})
    for headers in guesses:
        for method in ("GET", "POST", "DELETE"):
            answer = httpx.request(method, url, headers=[(k.encode(), v) for k, v in headers.items()])
            assert answer.status_code == 401
            assert str(token_file(azure.server.settings.state)) in answer.json()["error"]["message"]
    assert stat.S_IMODE(token_file(azure.server.settings.state).stat().st_mode) == 0o600


def test_resource_manager_knows_nothing_of_faults(azure: Azure) -> None:
    token = token_file(azure.server.settings.state).read_text()
    answer = httpx.get(
        f"{azure.endpoints.resource_manager}{ROOT}", headers={"Authorization": f"Bearer {token}"}, verify=azure.trust
    )
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "InvalidAuthenticationToken"


@pytest.mark.parametrize(
    ("description", "said"),
    [
        ({}, "kind: a fault has one of these: status, reset,"),
        ({"kind": "earthquake"}, "kind: a fault has one of these: status, reset,"),
        ({"kind": "status"}, "status: Field required"),
        ({"kind": "status", "status": 200}, "status: Input should be greater than or equal to 400"),
        ({"kind": "reset", "when": "never"}, "when: Input should be 'before' or 'after'"),
        ({"kind": "reset", "probability": 2}, "probability: Input should be less than or equal to 1"),
        ({"kind": "reset", "seconds": 2}, "seconds: a fault of kind 'reset' has no such thing; it has operation,"),
        ({"kind": "reset", "operation": "PUT Microsoft.Compute/virtualMachine"}, "fits none there is. Possible: "),
        ({"kind": "operation-hangs", "operation": "GET *"}, "is none that this fault can strike. Possible: "),
        ({"kind": "operation-failed", "leaves": "half", "operation": "PUT */disks"}, "is none that this fault can"),
        ({"kind": "short-token", "seconds": 9, "operation": "PUT *"}, "can strike. Possible: POST login/token; GET"),
    ],
)
def test_what_could_never_strike_is_refused_with_what_is_allowed(
    azure: Azure, faults: FaultClient, description: dict[str, Any], said: str
) -> None:
    headers = {"Authorization": f"Bearer {token_file(azure.server.settings.state).read_text()}"}
    answer = httpx.post(f"{azure.endpoints.metadata}{ROOT}", headers=headers, json=description)
    assert answer.status_code == 400
    assert said in answer.json()["error"]["message"]
    assert faults.listed() == []


def test_faults_are_listed_and_removed_one_by_one_or_all(faults: FaultClient) -> None:
    added = [faults.add(ResetFault(after=1)), faults.add(ShortTokenFault(seconds=60)), faults.add(ResetFault())]
    faults.remove(added[0].id)
    assert faults.listed() == added[1:]
    with pytest.raises(FaultRefused, match=f"there is no fault {added[0].id}"):
        faults.remove(added[0].id)
    faults.clear()
    assert faults.listed() == []


def test_every_operation_that_is_served_can_be_named(faults: FaultClient) -> None:
    operations = faults.operations()
    assert {
        "PUT Microsoft.Compute/virtualMachines",
        "POST Microsoft.Compute/virtualMachines/runCommand",
        "GET Microsoft.Compute/locations/capsOperations",
        "GET Microsoft.Resources/operationresults",
        "GET Microsoft.Compute/skus",
        "POST login/token",
    } <= set(operations)
    assert len(operations) == len({each.lower() for each in operations})


def test_faults_are_added_and_seen_on_the_command_line(azure: Azure, faults: FaultClient) -> None:
    added = _run(azure, "add", "operation-failed", "--operation", "DELETE *", "--code", "Busy", "--count", "0")
    fault = faults.get(int(added))
    assert fault.fault == FailedOperationFault(operation=("DELETE *",), code="Busy", count=0)
    assert (
        _run(azure, "list")
        == f"{fault.id:4} operation-failed       0 matched     0 struck  operation=DELETE *  count=0  code=Busy"
    )
    recording = _run(azure, "add", "record", "--resource", "*")
    list(azure.resources.resource_groups.list())
    assert "200 GET Microsoft.Resources/resourceGroups  /subscriptions/" in _run(azure, "calls", recording)
    assert "PUT Microsoft.Network/virtualNetworks" in _run(azure, "operations").splitlines()
    assert _run(azure, "remove", added) == ""
    assert _run(azure, "clear") == ""
    assert faults.listed() == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["add", "status", "--status", "99"], "localazure: status: Input should be greater than or equal to 400"),
        (["add", "reset", "--operation", "PUT nothing"], "localazure: operation: 'PUT nothing' fits none there is."),
        (["remove", "999999"], "localazure: there is no fault 999999"),
    ],
)
def test_the_command_line_says_what_is_wrong(azure: Azure, words: list[str], said: str) -> None:
    ended = CliRunner().invoke(app, ["faults", *words, "--state", str(azure.server.settings.state)])
    assert ended.exit_code == 1
    assert ended.stderr.startswith(said)


def test_without_a_server_it_says_how_to_start_one(tmp_path: Path) -> None:
    ended = CliRunner().invoke(app, ["faults", "list", "--state", str(tmp_path)])
    assert ended.exit_code == 1
    assert ended.stderr == f"localazure: no server runs on {tmp_path}. Start one: localazure serve --state {tmp_path}\n"


def _run(azure: Azure, *words: str) -> str:
    ended = CliRunner().invoke(app, ["faults", *words, "--state", str(azure.server.settings.state)])
    assert ended.exit_code == 0, ended.output
    return ended.stdout.strip("\n")
