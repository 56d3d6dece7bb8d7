"""Run Command: scripts for the guest's agent. The Linux model runs them here; Windows' are in test_windows_machines."""

from __future__ import annotations

import time
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError

from tests.contract.conftest import Azure
from tests.support.compute import Compute, refusal
from tests.support.run_command import begin_script
from tests.support.server_state import database_text

REGION = "westeurope"
SECRET = "Never-Write-This-Down-1"


@pytest.fixture
def compute(azure: Azure, group: str) -> Compute:
    return Compute(azure, group)


def begin(compute: Compute, *lines: str, command: str = "RunShellScript", **parameters: str) -> Any:
    return begin_script(compute.client, compute.group, "vm", *lines, command=command, **parameters)


def said(compute: Compute, *lines: str, **parameters: str) -> str:
    (status,) = begin(compute, *lines, **parameters).result().value
    assert (status.code, status.level) == ("ProvisioningState/succeeded", "Info")
    return str(status.message)


def test_the_served_commands_can_be_looked_up(azure: Azure) -> None:
    commands = azure.compute.virtual_machine_run_commands
    listed = {each.id: each.os_type for each in commands.list(REGION)}
    assert listed == {"RunPowerShellScript": "Windows", "RunShellScript": "Linux"}
    shown = commands.get(REGION, "RunPowerShellScript")
    assert shown.script[0] == "param("
    assert [each.name for each in shown.parameters or ()] == ["arg1", "arg2"]
    with pytest.raises(HttpResponseError) as caught:
        commands.get(REGION, "IPConfig")
    assert refusal(caught) == (404, "NotFound")


def test_a_script_runs_as_root_with_its_parameters_and_leaves_its_marks(compute: Compute) -> None:
    compute.vm()
    text = said(compute, "id -un", 'echo "$1 and $colour" >&2', "echo kept > /etc/mark", colour="light blue")
    assert text == "Enable succeeded: \n[stdout]\nroot\n\n[stderr]\nlight blue and light blue\n"
    assert "[stdout]\nkept\n" in said(compute, "cat /etc/mark; ls /var/lib/waagent/run-command/download/0/*.sh")


def test_a_script_may_be_in_any_language_and_longer_than_a_command_line(compute: Compute) -> None:
    compute.vm()
    padding = [f"# {number:060}" for number in range(4000)]
    text = said(compute, "#!/usr/bin/python3", *padding, "print('answer', 6 * 7)")
    assert "[stdout]\nanswer 42\n" in text


def test_only_the_end_of_long_output_comes_back(compute: Compute) -> None:
    compute.vm()
    text = said(compute, "seq 100000")
    out = text.partition("[stdout]\n")[2].partition("\n[stderr]")[0]
    assert len(out) == 4096
    assert out.endswith("99999\n100000\n")


def test_a_script_that_fails_fails_the_operation_and_says_what_it_wrote(compute: Compute) -> None:
    compute.vm()
    with pytest.raises(HttpResponseError) as caught:
        begin(compute, "echo before; echo broken >&2; exit 3").result()
    error = caught.value.error
    assert error is not None
    assert error.code == "VMExtensionProvisioningError"
    assert "exit status=3" in str(error.message)
    assert "[stderr]\nbroken" in str(error.message)
    assert "[stdout]\nback" in said(compute, "echo back")


def test_one_script_runs_at_a_time(compute: Compute) -> None:
    compute.vm()
    first = begin(compute, "until [ -e /tmp/go ]; do sleep 0.1; done")
    with pytest.raises(HttpResponseError) as caught:
        begin(compute, "true")
    assert refusal(caught) == (409, "Conflict")
    assert "Run command extension execution is in progress" in str(caught.value)
    # Deleting does not wait for it.
    compute.act("delete")
    with pytest.raises(HttpResponseError) as ended:
        first.result()
    assert ended.value.error is not None
    assert ended.value.error.code == "OperationPreempted"


def test_a_script_does_not_keep_its_machine_from_being_turned_off(compute: Compute) -> None:
    compute.vm()
    script = begin(compute, "sleep 60")
    with pytest.raises(HttpResponseError, match="another operation is in progress"):
        compute.patch("vm", {"tags": {"a": "b"}})
    compute.act("deallocate")
    with pytest.raises(HttpResponseError, match="VMExtensionProvisioningError"):
        script.result()
    assert compute.codes()[-1] == "PowerState/deallocated"
    compute.act("start")
    assert "[stdout]\nback" in said(compute, "echo back")


def test_a_machine_that_does_not_run_takes_no_script(compute: Compute) -> None:
    compute.vm()
    compute.act("power_off")
    with pytest.raises(HttpResponseError) as caught:
        begin(compute, "true")
    assert refusal(caught) == (409, "OperationNotAllowed")
    assert "requires the VM to be running" in str(caught.value)


def test_a_machine_that_shuts_itself_down_takes_its_script_with_it(compute: Compute) -> None:
    compute.vm()
    with pytest.raises(HttpResponseError) as caught:
        begin(compute, "poweroff; sleep 60").result()
    assert "VMExtensionProvisioningError" in str(caught.value)


@pytest.mark.parametrize(
    ("command", "code"), [("RunPowerShellScript", (400, "InvalidParameter")), ("IPConfig", (404, "NotFound"))]
)
def test_a_command_for_another_system_is_refused(compute: Compute, command: str, code: tuple[int, str]) -> None:
    compute.vm()
    with pytest.raises(HttpResponseError) as caught:
        begin(compute, "true", command=command)
    assert refusal(caught) == code


def test_an_agent_that_may_not_take_extensions_takes_no_script(compute: Compute) -> None:
    body = compute.body()
    body["properties"]["osProfile"]["allowExtensionOperations"] = False
    compute.put("vm", body)
    with pytest.raises(HttpResponseError) as caught:
        begin(compute, "true")
    assert refusal(caught) == (409, "OperationNotAllowed")


def test_what_a_script_is_given_is_not_written_down(compute: Compute) -> None:
    compute.vm()
    running = begin(compute, f"# {SECRET}", "until [ -e /tmp/go ]; do sleep 0.1; done", password=SECRET)
    time.sleep(0.3)
    dump = database_text(compute.azure.server.settings.state)
    assert "#runcommand" in dump
    assert SECRET not in dump
    compute.act("delete")
    with pytest.raises(HttpResponseError):
        running.result()
