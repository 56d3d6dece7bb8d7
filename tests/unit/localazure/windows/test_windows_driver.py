"""Machines of the Windows model: a process each, reached over real sockets."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import certifi
import psutil
import pytest
import requests
import winrm.exceptions
from winrm.protocol import Protocol

from localazure.hypervisor.base import HypervisorError, Machine, PowerState, Script, WindowsSettings
from tests.support.model_guest import forwarded
from tests.support.model_windows import (
    ADMINISTRATOR,
    PASSWORD,
    WindowsLab,
    os_profile,
    windows_machine,
    winrm_url,
)

TIMEOUT = 10.0
SYSPREP = r"C:\Windows\System32\Sysprep\sysprep.exe"


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[WindowsLab]:
    made = WindowsLab(tmp_path)
    yield made
    made.hypervisor.close()


def guests(state: Path) -> list[psutil.Process]:
    """Guest processes of this test's server, whoever their parent is by now."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        log = str(state / "windows")
        if "localazure.windows.guest" in (process.info["cmdline"] or []) and log in _log_of(process):
            found.append(process)
    return found


def _log_of(process: psutil.Process) -> str:
    try:
        return str(Path(f"/proc/{process.pid}/fd/2").readlink())
    except OSError:
        return ""


class Shell:
    """A shell that is open until it is closed."""

    def __init__(self, made: Machine, password: str = PASSWORD) -> None:
        # The trust is for HTTPS, which this is not; without it the client would warn of the environment's.
        self._client = Protocol(winrm_url(made), "ntlm", ADMINISTRATOR, password, ca_trust_path=certifi.where())
        self._id = self._client.open_shell(codepage=65001)

    def start(self, program: str, *arguments: str) -> str:
        return str(self._client.run_command(self._id, program, arguments, skip_cmd_shell=True))

    def close(self) -> None:
        self._client.close_shell(self._id)


def test_a_generalized_disk_becomes_a_machine_that_its_administrator_can_enter(lab: WindowsLab) -> None:
    made = lab.boot("web")
    status = lab.status(made)
    assert status.power == PowerState.RUNNING
    assert status.agent is not None
    assert (status.agent.status, status.crash, status.provisioning_failure) == ("Ready", None, None)
    Shell(made).close()
    with pytest.raises(winrm.exceptions.InvalidCredentialsError):
        Shell(made, "Wrong-Horse-1")
    log = lab.hypervisor.serial_log(made.vm_id).decode()
    assert "no Windows runs here" in log
    assert "SAC>" in log


def test_a_port_where_nobody_listens_resets_the_connection(lab: WindowsLab) -> None:
    made = lab.boot("web", settings=WindowsSettings())
    # Windows itself lets the local subnet in on 5985, which this is not.
    for port in (5985, 5986):
        # The reset may come before this side has noticed that it was connected.
        with pytest.raises(ConnectionResetError), socket.create_connection(forwarded(made, port), TIMEOUT) as client:
            client.recv(1)


def test_secrets_are_in_no_argument_no_environment_and_no_record(lab: WindowsLab) -> None:
    made = lab.boot("web")
    (guest,) = guests(lab.state)
    assert PASSWORD not in " ".join(guest.cmdline())
    assert PASSWORD not in str(guest.environ())
    kept = [path for path in (lab.state / "windows").rglob("*") if path.is_file()]
    assert kept
    for encoding in ("utf-8", "utf-16-le"):
        assert [path for path in kept if PASSWORD.encode(encoding) in path.read_bytes()] == []
    assert PASSWORD not in lab.hypervisor.serial_log(made.vm_id).decode()


def test_a_machine_is_stopped_and_goes_on_from_its_disk(lab: WindowsLab) -> None:
    made = lab.boot("web")
    lab.hypervisor.stop(made.vm_id, graceful=True)
    status = lab.status(made)
    assert (status.power, status.crash) == (PowerState.STOPPED, None)
    assert guests(lab.state) == []
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(forwarded(made, 5985), TIMEOUT)
    (lab.disk("web") / "files/C/mark.txt").write_text("mine")
    # The password is gone by now, as after a successful creation.
    again = made.model_copy(update={"identity": made.identity.model_copy(update={"os_profile": None})})
    lab.hypervisor.start(again)
    lab.wait_for_agent(again)
    Shell(again).close()
    assert lab.hypervisor.serial_log(made.vm_id).decode().count("Specialized as") == 1


def test_a_restart_loses_the_shells_and_nothing_else(lab: WindowsLab) -> None:
    made = lab.boot("web")
    shell = Shell(made)
    lab.hypervisor.restart(made.vm_id)
    lab.wait_for_agent(made)
    with pytest.raises((winrm.exceptions.WSManFaultError, winrm.exceptions.WinRMTransportError)):
        shell.start(SYSPREP, "/?")
    Shell(made).close()
    assert lab.hypervisor.serial_log(made.vm_id).decode().count("SAC>") == 2


def test_a_guest_that_shuts_itself_down_is_off_and_has_not_crashed(lab: WindowsLab) -> None:
    made = lab.boot("web")
    Shell(made).start(SYSPREP, "/generalize", "/oobe", "/shutdown", "/quiet")
    lab.wait(made, power=PowerState.STOPPED)
    status = lab.status(made)
    assert (status.crash, status.provisioned) == (None, True)
    assert status.agent is not None
    assert guests(lab.state) == []
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(forwarded(made, 5985), TIMEOUT)


def test_a_guest_reboots_in_its_place_and_loses_its_shells(lab: WindowsLab) -> None:
    made = lab.boot("web")
    (before,) = guests(lab.state)
    first = lab.boot_time("web")
    shell = Shell(made)
    # On a busy host it goes down before it has answered.
    with suppress(requests.exceptions.ConnectionError):
        shell.start(SYSPREP, "/generalize", "/oobe", "/reboot", "/quiet")
    deadline = time.monotonic() + TIMEOUT
    while lab.hypervisor.serial_log(made.vm_id).count(b"SAC>") < 2:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert guests(lab.state) == [before]
    assert lab.boot_time("web") > first
    with pytest.raises((winrm.exceptions.WSManFaultError, winrm.exceptions.WinRMTransportError)):
        shell.start(SYSPREP, "/?")
    Shell(made).close()


def test_a_guest_that_dies_is_told_with_its_last_words(lab: WindowsLab) -> None:
    made = lab.boot("web")
    (guest,) = guests(lab.state)
    (lab.state / "windows/machines/id-of-web/guest.log").write_text("first\nthe very last\n")
    guest.send_signal(signal.SIGKILL)
    lab.wait(made, power=PowerState.STOPPED)
    assert lab.status(made).crash == "The model of Windows ended by itself. It said: the very last"
    with pytest.raises(HypervisorError, match="is not running"):
        lab.hypervisor.begin_script(made.vm_id, Script(text="1"))
    lab.hypervisor.start(made)
    lab.wait_for_agent(made)
    assert lab.status(made).crash is None


def test_a_broken_disk_is_a_crash_that_says_why(lab: WindowsLab) -> None:
    lab.hypervisor.create_disk("web-disk", layer="windows", size_bytes=None)
    (lab.disk("web") / "machine.json").write_text("{}")
    made = windows_machine("web", os_profile("web"))
    lab.hypervisor.start(made)
    lab.wait(made, power=PowerState.STOPPED)
    assert "ended by itself" in (lab.status(made).crash or "")


def test_a_guest_that_ends_before_it_answers_has_crashed(lab: WindowsLab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("localazure.hypervisor.windows_model.guest_process._MODULE", "platform")
    lab.hypervisor.create_disk("web-disk", layer="windows", size_bytes=None)
    made = windows_machine("web", os_profile("web"))
    lab.hypervisor.start(made)
    lab.wait(made, power=PowerState.STOPPED)
    assert "ended by itself" in (lab.status(made).crash or "")


def test_a_generalized_disk_without_a_profile_does_not_come_up(lab: WindowsLab) -> None:
    lab.hypervisor.create_disk("web-disk", layer="windows", size_bytes=None)
    made = windows_machine("web", None)
    lab.hypervisor.start(made)
    assert "no osProfile" in lab.wait_for_failure(made)
    assert not lab.status(made).provisioned


def test_a_disk_that_was_not_generalized_runs_and_is_not_provisioned(lab: WindowsLab) -> None:
    lab.boot("web")
    lab.hypervisor.freeze_disk("web-disk", "specialized")
    lab.hypervisor.create_disk("copy-disk", layer="specialized", size_bytes=None)
    made = windows_machine("copy", os_profile("copy"))
    lab.hypervisor.start(made)
    lab.wait_for_agent(made)
    assert "the disk is not generalized" in lab.wait_for_failure(made)
    assert lab.status(made).power == PowerState.RUNNING


def test_without_an_agent_no_agent_reports(lab: WindowsLab) -> None:
    made = lab.boot("web", settings=WindowsSettings(provision_agent=False))
    assert lab.status(made).agent is None
    waiting = lab.hypervisor.begin_script(made.vm_id, Script(text="1"))
    with pytest.raises(TimeoutError):
        waiting.result(0.5)
    waiting.cancel()


def test_a_snapshot_of_a_running_machine_boots_as_another(lab: WindowsLab) -> None:
    lab.boot("web")
    (lab.disk("web") / "files/C/mark.txt").write_text("then")
    lab.hypervisor.freeze_disk("web-disk", "then")
    (lab.disk("web") / "files/C/mark.txt").write_text("now")
    copy = lab.boot("copy", layer="then", specialized=True)
    assert (lab.disk("copy") / "files/C/mark.txt").read_text() == "then"
    # It holds the accounts of the first.
    Shell(copy).close()


def test_no_guest_outlives_a_server_that_was_killed(tmp_path: Path) -> None:
    program = "from tests.support.model_windows import serve_windows_until_killed as s; import sys; s(*sys.argv[1:])"
    command = [sys.executable, "-c", program, str(tmp_path), "web"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        made = Machine.model_validate_json(server.stdout.readline())
        (guest,) = guests(tmp_path)
        # Held still, as for a snapshot, it cannot even see its socket close.
        guest.suspend()
        server.kill()
    guest.wait(TIMEOUT)
    lab = WindowsLab(tmp_path)
    try:
        assert lab.status(made).provisioned
        lab.hypervisor.start(made)
        lab.wait_for_agent(made)
        Shell(made).close()
    finally:
        lab.hypervisor.close()
