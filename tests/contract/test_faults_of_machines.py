"""Machines that go wrong on demand: at once, at a call, and for as long as a fault stands."""

from __future__ import annotations

import socket
import time
from pathlib import Path
from typing import Any

import paramiko
import pytest
from azure.core.exceptions import HttpResponseError

from localazure.faults.client import FaultClient, FaultRefused
from localazure.faults.kinds.machines import (
    ClockSkewFault,
    CrashFault,
    CutFault,
    DiskFullFault,
    EvictionFault,
    HostKeyFault,
    SilentAgentFault,
    SysprepFault,
)
from localazure.hypervisor.mishaps import PANIC
from tests.contract.conftest import Azure, instant_settings
from tests.contract.test_compute_restart import prepared, same_port, serving
from tests.support.compute import Compute
from tests.support.network import rule
from tests.support.run_command import begin_script
from tests.support.until import until
from tests.support.windows_compute import run as run_on_windows
from tests.support.windows_compute import windows_body


@pytest.fixture
def compute(azure: Azure, group: str) -> Compute:
    return Compute(azure, group)


def run(compute: Compute, *lines: str) -> str:
    return compute.run("vm", *lines)


def agent(compute: Compute) -> tuple[str, str]:
    status = compute.view().vm_agent.statuses[0]
    return status.display_status, status.message


def ssh_address(compute: Compute) -> tuple[str, int]:
    """Of a new machine that lets SSH in."""
    group = compute.net.security_group("nsg", rule("ssh", 100))
    public_ip: Any = compute.net.public_ip()
    nic = compute.nic(publicIPAddress={"id": public_ip.id}, networkSecurityGroup={"id": group.id})
    compute.put("vm", compute.body(nic=nic))
    return str(public_ip.ip_address), 22 + compute.azure.endpoints.guest_port_offset


def host_key(address: tuple[str, int]) -> str:
    with socket.create_connection(address, timeout=10) as connection:
        transport = paramiko.Transport(connection)
        transport.start_client(timeout=10)
        key = str(transport.get_remote_server_key().get_base64())
        transport.close()
        return key


def test_a_guest_crashes_at_once(compute: Compute, faults: FaultClient) -> None:
    compute.vm()
    assert faults.add(CrashFault(machine="vm")).struck == 1
    power = compute.view().statuses[-1]
    assert (power.code, power.level) == ("PowerState/stopped", "Error")
    assert PANIC in power.message
    compute.act("start")
    assert compute.codes()[-1] == "PowerState/running"


def test_a_guest_crashes_at_a_call_about_something_else(compute: Compute, faults: FaultClient) -> None:
    machine = compute.vm()
    crash = faults.add(CrashFault(machine="vm", operation="PUT */snapshots", resource="second"))
    compute.snapshot(machine.storage_profile.os_disk.managed_disk.id, "first")
    assert compute.codes()[-1] == "PowerState/running"
    compute.snapshot(machine.storage_profile.os_disk.managed_disk.id, "second")
    assert compute.codes()[-1] == "PowerState/stopped"
    assert faults.get(crash.id).struck == 1


def test_a_call_about_a_machine_befalls_that_machine(compute: Compute, faults: FaultClient) -> None:
    compute.vm("one")
    compute.vm("two")
    faults.add(CrashFault(operation="POST */virtualMachines/runCommand", when="before"))
    with pytest.raises(HttpResponseError):
        compute.client.virtual_machines.begin_run_command(
            compute.group, "two", {"commandId": "RunShellScript", "script": ["true"]}
        ).result()
    assert compute.codes("two")[-1] == "PowerState/stopped"
    assert compute.codes("one")[-1] == "PowerState/running"


def test_a_machine_that_a_call_begins_to_start_has_it_as_soon_as_it_runs(compute: Compute, faults: FaultClient) -> None:
    address = ssh_address(compute)
    before = host_key(address)
    compute.act("deallocate")
    faults.add(HostKeyFault(operation="POST */virtualMachines/start", resource="*/vm/*"))
    compute.act("start")
    until(lambda: host_key(address) != before, 20)


def test_nobody_hears_of_a_silent_agent_nor_it_of_a_script(compute: Compute, faults: FaultClient) -> None:
    compute.vm()
    assert agent(compute)[0] == "Ready"
    silence = faults.add(SilentAgentFault(machine="vm"))
    assert agent(compute) == ("Not Ready", "VM Agent is unresponsive.")
    script = begin_script(compute.client, compute.group, "vm", "echo heard")
    script.wait(0.5)
    assert not script.done()
    faults.remove(silence.id)
    assert "heard" in str(script.result().value[0].message)
    assert agent(compute)[0] == "Ready"


def test_a_machine_whose_agent_is_silent_from_the_start_is_late_and_ready_after_all(tmp_path: Path) -> None:
    settings = instant_settings(tmp_path).model_copy(update={"provisioning_timeout": 1.0})
    with serving(settings) as azure, FaultClient(tmp_path) as faults:
        faults.add(SilentAgentFault())
        with pytest.raises(HttpResponseError) as caught:
            prepared(azure).vm()
        assert caught.value.error is not None
        assert caught.value.error.code == "OSProvisioningTimedOut"
        assert "agent was detected running" not in str(caught.value.error.message)
        successor = same_port(settings, azure)
    with serving(successor) as azure, FaultClient(tmp_path) as faults:
        compute = Compute(azure, "restarted")
        assert compute.client.virtual_machines.get("restarted", "vm").provisioning_state == "Failed"
        faults.clear()
        assert compute.client.virtual_machines.get("restarted", "vm").provisioning_state == "Succeeded"


def test_connections_are_cut_and_nobody_gets_in_for_a_while(compute: Compute, faults: FaultClient) -> None:
    address = ssh_address(compute)
    with socket.create_connection(address, timeout=10) as connection:
        assert connection.recv(4) == b"SSH-"
        faults.add(CutFault(machine="vm", seconds=1))
        with pytest.raises(OSError, match="reset"):
            drain(connection)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address, timeout=10)
    until(lambda: is_open(address), 20)


def test_who_is_shut_out_gets_in_when_the_fault_is_removed(compute: Compute, faults: FaultClient) -> None:
    address = ssh_address(compute)
    cut = faults.add(CutFault(machine="vm", seconds=3600))
    assert not is_open(address)
    compute.act("restart")
    assert not is_open(address)
    faults.remove(cut.id)
    assert is_open(address)


def drain(connection: socket.socket) -> None:
    while connection.recv(100):
        pass


def is_open(address: tuple[str, int]) -> bool:
    try:
        socket.create_connection(address, timeout=10).close()
    except OSError:
        return False
    return True


def test_a_full_disk_is_full_after_a_restart_too_and_until_its_fault_is_removed(
    compute: Compute, faults: FaultClient
) -> None:
    compute.vm()
    full = faults.add(DiskFullFault(machine="vm"))
    for _ in range(2):
        with pytest.raises(HttpResponseError, match="No space left on device"):
            run(compute, "echo more > /home/more")
        compute.act("restart")
    faults.remove(full.id)
    assert "more" in run(compute, "echo more > /home/more; cat /home/more")


def test_a_condition_may_begin_at_a_call(compute: Compute, faults: FaultClient) -> None:
    compute.vm()
    faults.add(ClockSkewFault(seconds=86400, machine="vm", operation="PATCH */virtualMachines", resource="vm"))
    assert abs(clock(compute) - time.time()) < 60
    compute.patch("vm", {"tags": {"a": "b"}})
    assert abs(clock(compute) - time.time() - 86400) < 60
    compute.act("restart")
    assert abs(clock(compute) - time.time() - 86400) < 60


def clock(compute: Compute) -> int:
    return int(run(compute, "date +%s").partition("[stdout]")[2].split()[0])


def spot(compute: Compute, policy: str = "Deallocate") -> None:
    body = compute.body()
    body["properties"] |= {"priority": "Spot", "evictionPolicy": policy}
    compute.put("vm", body)


def test_a_spot_machine_is_evicted(compute: Compute, faults: FaultClient) -> None:
    spot(compute)
    faults.add(EvictionFault(machine="vm"))
    until(lambda: compute.codes()[-1] == "PowerState/deallocated", 20)
    compute.act("start")
    assert compute.codes()[-1] == "PowerState/running"


def test_a_machine_is_evicted_while_a_script_runs_in_it(compute: Compute, faults: FaultClient) -> None:
    spot(compute, "Delete")
    faults.add(EvictionFault(operation="POST */runCommand", resource="*/vm/*"))
    with pytest.raises(HttpResponseError):
        run(compute, "sleep 60")
    until(lambda: list(compute.client.virtual_machines.list(compute.group)) == [], 20)


def test_a_machine_that_is_evicted_while_it_is_made_was_preempted(compute: Compute, faults: FaultClient) -> None:
    silence = faults.add(SilentAgentFault(machine="vm"))
    faults.add(EvictionFault(operation="PUT */virtualMachines", resource="vm"))
    with pytest.raises(HttpResponseError) as caught:
        spot(compute)
    assert caught.value.error is not None
    assert caught.value.error.code == "OperationPreempted"
    faults.remove(silence.id)
    until(lambda: compute.codes()[-1] == "PowerState/deallocated", 20)


def test_sysprep_fails_on_windows(compute: Compute, faults: FaultClient) -> None:
    compute.put("win", windows_body(compute))
    faults.add(SysprepFault(cause="rearm-exhausted", machine="win"))
    query = "(Get-CimInstance SoftwareLicensingService).RemainingWindowsReArmCount"
    assert run_on_windows(compute, query).out == "0"


def test_what_no_machine_can_have_is_refused(compute: Compute, faults: FaultClient) -> None:
    with pytest.raises(FaultRefused, match=r"machine: 'nobody' fits none that runs and can have it\. Running: "):
        faults.add(CrashFault(machine="nobody"))
    compute.vm()
    for fault in (SysprepFault(cause="bitlocker", machine="vm"), EvictionFault(machine="vm")):
        with pytest.raises(FaultRefused, match=r"'vm' fits none .* Running: .*vm"):
            faults.add(fault)
    with pytest.raises(FaultRefused, match=r"operation: 'PUT nothing' fits none there is"):
        faults.add(CrashFault(operation="PUT nothing"))
    assert faults.listed() == []
