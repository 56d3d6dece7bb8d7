"""Run Command: one at a time, its output apart from its errors, and errors that say what went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from localazure.server import Server
from mintage.artifacts import BuildVm
from mintage.azure.clients import Clients
from mintage.azure.power import deallocated
from mintage.azure.provision import provision
from mintage.azure.run_command import run_script
from mintage.azure.source import resolve_source
from mintage.azure.together import finish
from mintage.errors import CommandFailed, MintageError
from mintage.powershell import parse_answer
from mintage.settings import Settings
from tests.contract.azure.conftest import plans
from tests.support.build_vms import keys_of
from tests.support.windows_compute import WINDOWS


@pytest.fixture(scope="module")
def vm(clients: Clients, settings: Settings) -> Iterator[BuildVm]:
    source = {"kind": "marketplace", **{name: WINDOWS[name] for name in ("publisher", "offer", "sku")}}
    with plans(clients) as make:
        plan = make(os="windows", source=source)
        keys = keys_of(plan)
        yield provision(clients, settings, plan, resolve_source(clients, plan), keys)


def run(clients: Clients, vm: BuildVm, script: str) -> str:
    return finish(vm.resource_id, run_script(clients, vm.resource_group, vm.name, script), seconds=60)


def test_a_script_of_somebody_else_is_waited_for(clients: Clients, server: Server, vm: BuildVm) -> None:
    *_, disk_name = vm.os_disk_id.split("/")
    disk = clients.compute.disks.get(vm.resource_group, disk_name)["properties"]["uniqueId"]
    drive = server.settings.state / f"windows-model/disks/{disk}/content/files/C"
    theirs: Any = {"commandId": "RunPowerShellScript", "script": [r"while (-not (Test-Path C:\go)) { Start-Sleep 1 }"]}
    clients.compute.virtual_machines.begin_run_command(vm.resource_group, vm.name, theirs)

    waiting = run_script(clients, vm.resource_group, vm.name, "'ours'")

    assert next(waiting) == "another script runs in the VM"
    (drive / "go").touch()
    assert finish(vm.resource_id, waiting, seconds=60).strip() == "ours"


def test_only_errors_are_an_error_and_warnings_beside_an_answer_are_none(clients: Clients, vm: BuildVm) -> None:
    with pytest.raises(CommandFailed) as failed:
        run(clients, vm, "$ErrorActionPreference = 'Continue'; Write-Error 'Access is denied'")
    assert "Access is denied" in failed.value.seen
    beside = "$ErrorActionPreference = 'Continue'; Write-Error 'a warning'; '{\"a\": 1}'"
    assert parse_answer(run(clients, vm, beside), where="vm") == {"a": 1}


def test_a_script_says_its_own_error_since_azure_would_not(clients: Clients, vm: BuildVm) -> None:
    with pytest.raises(CommandFailed) as failed:
        parse_answer(run(clients, vm, "'noise'\nif ($true) {\n    throw 'no such service'\n}"), where="vm")
    assert failed.value.seen == "no such service (line 3)"


def test_a_vm_that_does_not_run_is_none_to_wait_for(clients: Clients, vm: BuildVm) -> None:
    finish(vm.resource_id, deallocated(clients, vm.resource_group, vm.name), seconds=60)
    with pytest.raises(MintageError, match="requires the VM to be running"):
        run(clients, vm, "'hello'")
