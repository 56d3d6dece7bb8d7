"""Waits that end: in the time that the recipe gives, and with what was last to be seen of the machine."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from localazure.faults.client import FaultClient
from localazure.faults.kinds.governance import PolicyFault
from localazure.faults.kinds.machines import CrashFault, CutFault, SilentAgentFault
from localazure.faults.kinds.operations import HangingOperationFault
from localazure.faults.kinds.status import StatusFault
from localazure.hypervisor.mishaps import PANIC
from localazure.server import Server
from mintage.artifacts import ResolvedSource
from mintage.azure.clients import Clients
from mintage.azure.last_seen import readable
from mintage.azure.provision import provision
from mintage.azure.run_command import run_shell
from mintage.azure.snapshot import snapshot_disks
from mintage.azure.still_running import Watch, while_running
from mintage.azure.together import finish
from mintage.azure.verification import delete_vms, start_verification_vms
from mintage.azure.vhd_export import deliver_vhds
from mintage.begun import InMemory
from mintage.build_plan import BuildPlan
from mintage.errors import (
    AzureBusy,
    AzureRefused,
    CommandFailed,
    ConnectionFailed,
    DeadlinePassed,
    GuestSilent,
    MachineStopped,
    MintageError,
)
from mintage.guests import guest_of
from mintage.recipe import ShellStep, Timeouts, VhdForm
from mintage.remote import banner
from mintage.settings import Settings
from tests.contract.azure.conftest import Captured, MakePlan
from tests.support.build_vms import keys_of

MAKE_VM = "PUT Microsoft.Compute/virtualMachines"


def hasty(plan: BuildPlan, **timeouts: str) -> BuildPlan:
    """The same build, with less time."""
    recipe = plan.recipe.model_copy(update={"timeouts": Timeouts(**timeouts)})
    return plan.model_copy(update={"recipe": recipe})


@contextmanager
def failing(kind: type[MintageError], within: float = 25) -> Iterator[Any]:
    """The block raises that kind of error, soon."""
    begun = time.monotonic()
    with pytest.raises(kind) as failure:
        yield failure
    assert time.monotonic() - begun < within


@pytest.fixture
def _impatient(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Azure waits a second for a new guest, and not twenty minutes."""
    settings = server.cloud.settings.model_copy(update={"provisioning_timeout": 1.0})
    monkeypatch.setattr(server.cloud, "settings", settings)


def console(seen: str) -> list[str]:
    """The lines that the error shows of the console."""
    _, found, lines = seen.partition("The last lines of its console:\n")
    assert found, seen
    return [line.strip() for line in lines.splitlines()]


@pytest.mark.usefixtures("_impatient")
def test_a_machine_whose_agent_stays_silent_is_described(
    clients: Clients, settings: Settings, plan: BuildPlan, source: ResolvedSource, faults: FaultClient
) -> None:
    faults.add(SilentAgentFault(machine=plan.names.vm))
    with failing(GuestSilent) as failure:
        provision(clients, settings, plan, source, keys_of(plan))
    assert failure.value.transient
    assert "OSProvisioningTimedOut" in failure.value.seen
    assert f"{plan.names.vm}: Failed, power state running\nIts agent: Not Ready, version " in failure.value.seen
    assert console(failure.value.seen)


def test_a_machine_that_azure_never_finishes_is_given_up_when_the_recipe_says(
    clients: Clients, settings: Settings, plan: BuildPlan, source: ResolvedSource, faults: FaultClient
) -> None:
    faults.add(PolicyFault(operation=MAKE_VM, count=1))
    with failing(AzureRefused):
        # All is made that the machine needs.
        provision(clients, settings, plan, source, keys_of(plan))
    faults.add(HangingOperationFault(operation=MAKE_VM, resource=f"*/{plan.names.vm}", leaves="nothing"))
    with failing(DeadlinePassed) as failure:
        provision(clients, settings, hasty(plan, provision="3s"), source, keys_of(plan))
    assert failure.value.what == "Not done after 3 s"
    assert "power state" in failure.value.seen
    assert "Its agent: no word of it" in failure.value.seen
    assert "it goes on with what was begun" in failure.value.remedy


def test_azure_may_ask_to_wait_longer_than_there_is_time(
    clients: Clients, settings: Settings, plan: BuildPlan, source: ResolvedSource, faults: FaultClient
) -> None:
    faults.add(StatusFault(operation="PUT */virtualNetworks", status=429, code="TooManyRequests", retry_after=600))
    with failing(AzureBusy) as failure:
        provision(clients, settings, hasty(plan, provision="2s"), source, keys_of(plan))
    assert failure.value.transient
    assert failure.value.where == "PUT Microsoft.Network/virtualNetworks"
    assert failure.value.seen.startswith("429: TooManyRequests: ")
    assert "it was to wait 600 s" in failure.value.seen


def test_a_snapshot_has_its_own_time(
    clients: Clients, settings: Settings, make_plan: MakePlan, source: ResolvedSource, faults: FaultClient
) -> None:
    plan = make_plan(timeouts={"snapshot": "1s"})
    vm = provision(clients, settings, plan, source, keys_of(plan))
    faults.add(HangingOperationFault(operation="PUT */snapshots", resource=f"*/resourceGroups/{plan.names.group}/*"))
    with failing(DeadlinePassed) as failure:
        snapshot_disks(clients, plan, vm, "kept")
    assert "Succeeded, power state running\nIts agent: Ready, version " in failure.value.seen


def test_what_a_vhd_is_made_of_has_its_own_time(
    clients: Clients, captured: Captured, faults: FaultClient, tmp_path: Path
) -> None:
    plan = hasty(captured.plan, deliver="1s")
    faults.add(HangingOperationFault(operation="PUT */snapshots", resource=f"*/resourceGroups/{plan.names.group}/*"))
    with failing(DeadlinePassed) as failure:
        deliver_vhds(clients, plan, VhdForm(kind="vhd", folder=str(tmp_path)), captured.vm, captured.image)
    assert failure.value.what == "Not done after 1 s"
    assert f"{captured.vm.name}: Succeeded, power state deallocated" in failure.value.seen


def test_a_guest_that_lets_nobody_in_is_described_after_the_login_s_time(
    clients: Clients, settings: Settings, make_plan: MakePlan, source: ResolvedSource, faults: FaultClient
) -> None:
    plan = make_plan(timeouts={"login": "1s"})
    vm = provision(clients, settings, plan, source, keys_of(plan))
    faults.add(CutFault(machine=vm.name, seconds=60))
    with failing(DeadlinePassed) as failure:
        guest_of(clients, plan, keys_of(plan)).inventory(vm)
    assert failure.value.what == "No SSH login to the guest in time"
    assert "serial log" in failure.value.remedy
    assert f"{vm.name}: Succeeded, power state running\nIts agent: Ready, version " in failure.value.seen
    assert any("login:" in line for line in console(failure.value.seen))


def test_a_guest_that_crashes_under_a_step_is_told_with_its_panic(
    clients: Clients,
    settings: Settings,
    plan: BuildPlan,
    source: ResolvedSource,
    faults: FaultClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    vm = provision(clients, settings, plan, source, keys_of(plan))
    guest, record = guest_of(clients, plan, keys_of(plan)), InMemory()
    step = ShellStep(name="long", kind="shell", inline=("echo begun", "sleep 60"), rerun=True)

    def crash(line: str) -> None:
        if line == "begun":
            faults.add(CrashFault(machine=vm.name, then="stops"))

    with failing(ConnectionFailed) as failure:
        guest.run_step(vm, step, crash, record)
    assert "power state stopped" in failure.value.seen
    assert any(PANIC in line for line in console(failure.value.seen))

    guest.inventory(vm)
    faults.add(CrashFault(machine=vm.name, then="hangs"))
    monkeypatch.setattr(banner, "_BANNER_TIMEOUT", 0.5)
    with failing(DeadlinePassed) as late:
        guest_of(clients, hasty(plan, login="1s"), keys_of(plan)).inventory(vm)
    assert "power state running" in late.value.seen
    assert any(PANIC in line for line in console(late.value.seen))


def test_a_step_that_takes_too_long_is_told_with_its_machine_and_one_that_fails_without(
    clients: Clients, settings: Settings, plan: BuildPlan, source: ResolvedSource
) -> None:
    vm = provision(clients, settings, plan, source, keys_of(plan))
    guest = guest_of(clients, plan, keys_of(plan))
    long = ShellStep(name="long", kind="shell", inline=("echo begun", "sleep 60"), timeout="1s")
    with failing(CommandFailed) as failure:
        guest.run_step(vm, long, print, InMemory())
    assert "begun" in failure.value.seen
    assert "power state running" in failure.value.seen
    assert console(failure.value.seen)

    with failing(CommandFailed) as failure:
        guest.run_step(vm, ShellStep(name="bad", kind="shell", inline=("echo no >&2; exit 3",)), print, InMemory())
    assert "power state" not in failure.value.seen


@pytest.mark.usefixtures("_impatient")
def test_both_machines_that_prove_an_image_are_described_when_they_do_not_report(
    clients: Clients, settings: Settings, captured: Captured, faults: FaultClient
) -> None:
    names = [captured.plan.names.verification_vm(number) for number in (1, 2)]
    for name in names:
        faults.add(SilentAgentFault(machine=name))
    with failing(GuestSilent) as failure:
        start_verification_vms(clients, settings, captured.plan, captured.image, captured.keys)
    for name in names:
        assert f"{name}: " in failure.value.seen
    assert "OSProvisioningTimedOut" in failure.value.seen


def test_a_machine_that_stops_while_its_image_is_to_be_proved_is_missed_at_once_and_made_anew(
    clients: Clients, settings: Settings, captured: Captured, faults: FaultClient
) -> None:
    plan, keys = captured.plan, captured.keys
    vms = start_verification_vms(clients, settings, plan, captured.image, keys)
    faults.add(CrashFault(machine=vms[0].name, then="stops"))
    with failing(MachineStopped) as failure:
        guest_of(clients, plan, keys).prove(vms, print)
    assert failure.value.transient
    assert failure.value.seen.startswith("power state stopped")
    assert any(PANIC in line for line in console(failure.value.seen))
    again = start_verification_vms(clients, settings, plan, captured.image, keys)
    assert [vm.adopted for vm in again] == [False, True]
    delete_vms(clients, plan, again)


def test_a_machine_that_stops_while_it_lets_nobody_in_is_missed_at_once(
    clients: Clients, settings: Settings, plan: BuildPlan, source: ResolvedSource, faults: FaultClient
) -> None:
    vm = provision(clients, settings, plan, source, keys_of(plan))
    faults.add(CutFault(machine=vm.name, seconds=60))
    crash = threading.Timer(1, lambda: faults.add(CrashFault(machine=vm.name, then="stops")))
    crash.start()
    with failing(MachineStopped) as failure:
        guest_of(clients, plan, keys_of(plan)).inventory(vm)
    crash.join()
    assert failure.value.seen.startswith("power state stopped")

    running = run_shell(clients, vm.resource_group, vm.name, "true")
    with failing(MachineStopped):
        finish(vm.resource_id, while_running(Watch(clients, vm.resource_group, vm.name), running), seconds=60)


def test_what_nobody_can_look_at_is_said_to_be_so(
    clients: Clients, settings: Settings, make_plan: MakePlan, source: ResolvedSource, faults: FaultClient
) -> None:
    plan = make_plan(timeouts={"provision": "1s"})
    group = f"*/resourceGroups/{plan.names.group}/*"
    faults.add(HangingOperationFault(operation="PUT */networkSecurityGroups", resource=group))
    with failing(DeadlinePassed) as failure:
        provision(clients, settings, plan, source, keys_of(plan))
    assert failure.value.seen.endswith(f"{plan.names.vm}: there is no such VM")


def test_a_console_is_shown_as_a_person_would_read_it() -> None:
    text = "\x1b[0;32m  OK  \x1b[0m] Started\r\n 10%\r 50%\r100% done\r\n\r\n\x00login: " + "x" * 500
    lines = readable(text)
    assert lines[0] == "  OK  ] Started"
    assert lines[1] == "100% done"
    assert re.fullmatch(r"login: x{153}", lines[2])
