"""What goes wrong with a modelled Windows on demand."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import certifi
import pytest
import requests
import winrm.exceptions
from winrm.protocol import Protocol

from localazure.hypervisor.base import HypervisorError, Machine, PowerState, Script, ScriptResult
from localazure.hypervisor.mishaps import ClockSkew, ConnectionsCut, Crash, FullDisk, NewHostKeys, SysprepCause
from localazure.hypervisor.windows_model.machine import BUGCHECK
from tests.support.model_guest import forwarded
from tests.support.model_windows import ADMINISTRATOR, PASSWORD, WindowsLab, winrm_url

SYSPREP = r"C:\Windows\System32\Sysprep\sysprep.exe /generalize /oobe /mode:vm /quiet /quit"
LOG = r"C:\Windows\System32\Sysprep\Panther\setupact.log"


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[WindowsLab]:
    made = WindowsLab(tmp_path)
    yield made
    made.hypervisor.close()


def run(lab: WindowsLab, made: Machine, text: str) -> ScriptResult:
    return lab.hypervisor.begin_script(made.vm_id, Script(text=text)).result(15)


def client(made: Machine) -> Protocol:
    return Protocol(
        winrm_url(made), "ntlm", ADMINISTRATOR, PASSWORD, ca_trust_path=certifi.where(),
        read_timeout_sec=2, operation_timeout_sec=1,
    )  # fmt: skip


def test_a_crash_stops_the_machine_and_says_why(lab: WindowsLab) -> None:
    made = lab.boot("web")
    lab.hypervisor.befall(made.vm_id, Crash())
    status = lab.status(made)
    assert (status.power, status.crash) == (PowerState.STOPPED, BUGCHECK)
    lab.hypervisor.start(made)
    lab.wait_for_agent(made)
    assert run(lab, made, "hostname").exit_code == 0


def test_a_crash_that_boots_again_is_another_boot(lab: WindowsLab) -> None:
    made = lab.boot("web")
    before = lab.boot_time("web")
    lab.hypervisor.befall(made.vm_id, Crash(then="reboots"))
    lab.wait_for_agent(made)
    assert run(lab, made, "hostname").exit_code == 0
    assert lab.boot_time("web") != before


def test_a_machine_that_hangs_lets_nobody_know(lab: WindowsLab) -> None:
    made = lab.boot("web")
    lab.hypervisor.befall(made.vm_id, Crash(then="hangs"))
    with pytest.raises((requests.exceptions.ReadTimeout, winrm.exceptions.WinRMOperationTimeoutError)):
        client(made).open_shell()
    assert lab.status(made).power is PowerState.RUNNING
    lab.hypervisor.freeze_disk("web-disk", "while-hanging")
    begun = time.monotonic()
    lab.hypervisor.stop(made.vm_id, graceful=True)
    assert time.monotonic() - begun < 10
    lab.hypervisor.start(made)
    lab.wait_for_agent(made)
    assert run(lab, made, "hostname").exit_code == 0


def test_a_cut_connection_leaves_its_shell_to_who_comes_back(lab: WindowsLab) -> None:
    made = lab.boot("web")
    first = client(made)
    shell = first.open_shell(codepage=65001)
    lab.hypervisor.befall(made.vm_id, ConnectionsCut(ports=(22,)))
    command = first.run_command(shell, "hostname")
    lab.hypervisor.befall(made.vm_id, ConnectionsCut(ports=(5985,)))
    out, _, code = client(made).get_command_output(shell, command)
    assert (out.strip().lower(), code) == (b"web", 0)


def test_another_certificate_is_shown_to_who_comes_next(lab: WindowsLab) -> None:
    made = lab.boot("web")
    listen = (
        r"$new = New-SelfSignedCertificate -DnsName web -CertStoreLocation Cert:\LocalMachine\My",
        r"New-Item WSMan:\localhost\Listener -Transport HTTPS -Address * -CertificateThumbPrint $new.Thumbprint -Force",
        "New-NetFirewallRule -DisplayName winrm -Direction Inbound -Action Allow -Protocol TCP -LocalPort 5986",
    )
    assert run(lab, made, "\n".join(listen)).stderr == ""
    before = ssl.get_server_certificate(forwarded(made, 5986), timeout=10)
    lab.hypervisor.befall(made.vm_id, NewHostKeys())
    assert ssl.get_server_certificate(forwarded(made, 5986), timeout=10) != before


def test_a_full_disk_takes_nothing_more(lab: WindowsLab) -> None:
    made = lab.boot("web")
    lab.hypervisor.befall(made.vm_id, FullDisk())
    free = "(Get-PSDrive C).Free"
    # Run Command itself has to write its script down.
    with pytest.raises(HypervisorError, match="not enough space"):
        run(lab, made, free)
    lab.hypervisor.befall(made.vm_id, FullDisk(full=False))
    assert int(run(lab, made, free).stdout) > 1 << 30


def test_a_wrong_clock_stays_wrong_over_a_restart(lab: WindowsLab) -> None:
    made = lab.boot("web")
    lab.hypervisor.befall(made.vm_id, ClockSkew(seconds=86400))
    seconds = "[DateTimeOffset]::UtcNow.ToUnixTimeSeconds()"
    assert abs(int(run(lab, made, seconds).stdout) - time.time() - 86400) < 60
    run(lab, made, "Restart-Computer -Force")
    lab.wait_for_agent(made)
    assert abs(int(run(lab, made, seconds).stdout) - time.time() - 86400) < 60


def test_a_cause_can_wait_where_nobody_finds_it_until_sysprep_is_run(lab: WindowsLab) -> None:
    made = lab.boot("web")
    lab.hypervisor.befall(made.vm_id, SysprepCause(cause="per-user-appx", at="sysprep"))
    assert run(lab, made, "@(Get-AppxPackage -AllUsers -Name Contoso.Editor).Count").stdout == "0"
    show = f"Select-String -SimpleMatch -Path {LOG} -Pattern Error | ForEach-Object Line"
    assert "installed for a user, but not provisioned" in run(lab, made, f"cmd.exe /c '{SYSPREP}'; {show}").stdout


def test_an_agent_that_is_missing_and_an_update_service_that_is_disabled(lab: WindowsLab) -> None:
    made = lab.boot("web")
    lab.hypervisor.befall(made.vm_id, SysprepCause(cause="update-service"))
    assert run(lab, made, "(Get-Service wuauserv).StartType").stdout == "Disabled"
    lab.hypervisor.befall(made.vm_id, SysprepCause(cause="agent-missing"))
    script = lab.hypervisor.begin_script(made.vm_id, Script(text="hostname"))
    with pytest.raises(TimeoutError):
        script.result(0.5)
    script.cancel()


def test_a_cause_that_waits_for_sysprep_is_not_on_the_disk(lab: WindowsLab) -> None:
    made = lab.boot("web")
    lab.hypervisor.befall(made.vm_id, SysprepCause(cause="rearm-exhausted", at="sysprep"))
    lab.hypervisor.stop(made.vm_id, graceful=True)
    lab.hypervisor.start(made)
    lab.wait_for_agent(made)
    assert run(lab, made, f"cmd.exe /c '{SYSPREP}'; exit $LASTEXITCODE").exit_code == 0
