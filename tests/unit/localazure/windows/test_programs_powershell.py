"""powershell.exe runs as a process of the modelled machine, and its commands change that machine."""

import io
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from localazure.windows.base_image.image import build_disk
from localazure.windows.machine.machine import Machine
from localazure.windows.machine.processes import KILLED, ProgramTable
from localazure.windows.machine.tokens import system_token
from localazure.windows.programs.powershell_program import PowerShell

WAIT = 20


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    build_disk(tmp_path / "disk")
    return Machine(tmp_path / "disk", programs=ProgramTable({"powershell.exe": PowerShell()}))


def run(machine: Machine, script: str) -> tuple[str, int | None]:
    user, out, err = system_token(), io.BytesIO(), io.BytesIO()
    line = r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe -NonInteractive -Command -"
    process = machine.processes.start(
        line, user, machine.variables(user), "C:\\", io.BytesIO(script.encode()), out, err
    )
    code = process.wait(WAIT)
    assert err.getvalue() == b""
    return out.getvalue().decode().replace("\r\n", "\n"), code


def test_what_a_script_writes_to_the_registry_is_in_the_machines(machine: Machine) -> None:
    script = r"""
        New-Item HKLM:\SOFTWARE\Mintage -Force | Out-Null
        New-ItemProperty HKLM:\SOFTWARE\Mintage -Name Mark -PropertyType DWord -Value 7 | Out-Null
        (Get-ItemProperty HKLM:\SOFTWARE\Mintage).Mark
        exit 3
    """
    assert run(machine, script) == ("7\n", 3)
    assert machine.registry.number(r"HKLM\SOFTWARE\Mintage", "Mark") == 7


def test_a_listener_needs_a_certificate_with_its_key(machine: Machine) -> None:
    script = r"""
        $ErrorActionPreference = 'Stop'
        $made = New-SelfSignedCertificate -DnsName server -CertStoreLocation Cert:\LocalMachine\My
        New-Item WSMan:\localhost\Listener -Transport HTTPS -Address * -CertificateThumbPrint $made.Thumbprint |
            Out-Null
        try { New-Item WSMan:\localhost\Listener -Transport HTTPS -Address * -CertificateThumbPrint 00 | Out-Null }
        catch { $_.Exception.Message }
    """
    text, _ = run(machine, script)
    assert text == "The WS-Management service cannot find the certificate that was requested. \n"
    assert machine.registry.key_exists(r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WSMAN\Listener\*+HTTPS")


def test_a_program_that_begins_while_the_machine_goes_down_is_refused_or_ended(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin, beginning = threading.Thread.start, threading.Event()

    def slowly(thread: threading.Thread) -> None:
        if thread.name == "powershell.exe":
            beginning.set()
            time.sleep(0.2)
        begin(thread)

    monkeypatch.setattr(threading.Thread, "start", slowly)
    with ThreadPoolExecutor(1) as pool:
        ended = pool.submit(run, machine, "Start-Sleep 60")
        assert beginning.wait(WAIT)
        machine.processes.shut_down()
        assert ended.result() == ("", KILLED)
