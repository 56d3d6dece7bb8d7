"""Quotas and times, as `winrm get winrm/config` lists them."""

import dataclasses
import time
from pathlib import Path

import pytest
from winrm.exceptions import WinRMOperationTimeoutError, WinRMTransportError, WSManFaultError
from winrm.protocol import Protocol

from localazure.windows.winrm.settings import ServiceSettings
from localazure.windows.winrm.shells import ShellSpec, ShellTable
from tests.support.winrm_site import Site


def limit(site: Site, **changes: int) -> None:
    site.server.settings = dataclasses.replace(site.server.settings, **changes)  # type: ignore[arg-type]


def fault_code(client: Protocol, shell: str, command: str) -> int | None:
    with pytest.raises(WSManFaultError) as error:
        client.run_command(shell, command)
    return error.value.wsman_fault_code


def test_windows_own_values() -> None:
    defaults = ServiceSettings()
    assert (defaults.max_envelope_kb, defaults.max_timeout_ms, defaults.idle_timeout_ms) == (500, 60_000, 7_200_000)
    assert (defaults.max_processes_per_shell, defaults.max_shells_per_user) == (25, 30)
    assert not any((defaults.auth.basic, defaults.auth.certificate, defaults.allow_unencrypted))


def test_so_many_shells_for_one_user(site: Site) -> None:
    client, other = site.pywinrm(), site.pywinrm(username="other")
    shells = [client.open_shell() for _ in range(30)]
    with pytest.raises(WSManFaultError, match="maximum number of concurrent shells") as error:
        client.open_shell()
    assert error.value.wsman_fault_code == 2150859173
    assert "a maximum number of 30 concurrent shells" in error.value.response
    other.close_shell(other.open_shell())
    client.close_shell(shells[0], close_session=False)
    assert client.open_shell()


def test_so_many_processes_in_one_shell(site: Site) -> None:
    client = site.pywinrm()
    shell = client.open_shell()
    commands = [client.run_command(shell, "cat") for _ in range(25)]
    assert fault_code(client, shell, "cat") == 2150859174
    client.cleanup_command(shell, commands[0])
    assert client.run_command(shell, "cat")
    client.close_shell(shell)


def test_commands_nobody_cleaned_up_count_as_operations(site: Site) -> None:
    limit(site, max_operations_per_user=2)
    client = site.pywinrm()
    shell = client.open_shell()
    for _ in range(2):
        client.get_command_output(shell, client.run_command(shell, "true"))
    assert fault_code(client, shell, "true") == 2150859174
    client.close_shell(shell)


def test_a_line_longer_than_cmd_exe_takes(site: Site) -> None:
    client = site.pywinrm()
    shell = client.open_shell()
    for length, answer in ((8191, (b"", b"", 0)), (8192, (b"", b"The command line is too long.\r\n", 1))):
        command = client.run_command(shell, "true ".ljust(length, "x"))
        assert client.get_command_output(shell, command) == answer
    client.close_shell(shell)


def test_a_line_longer_than_any_process_takes(site: Site) -> None:
    client = site.pywinrm()
    shell = client.open_shell()
    with pytest.raises(WSManFaultError, match="filename or extension is too long"):
        client.run_command(shell, "cat ".ljust(32_768, "x"), skip_cmd_shell=True)
    client.close_shell(shell)


def test_a_message_larger_than_the_envelope_is_refused_by_http(site: Site) -> None:
    client = site.pywinrm()
    shell = client.open_shell()
    command = client.run_command(shell, "wc -c")
    client.send_command_input(shell, command, bytes(370_000))
    with pytest.raises(WinRMTransportError) as error:
        client.send_command_input(shell, command, bytes(400_000), end=True)
    assert error.value.code == 413
    client.send_command_input(shell, command, b"", end=True)
    assert client.get_command_output(shell, command)[0] == b"370000\n"
    client.close_shell(shell)


def test_no_operation_waits_longer_than_the_service_allows(site: Site) -> None:
    limit(site, max_timeout_ms=200)
    client = site.pywinrm(operation_timeout_sec=9, read_timeout_sec=10)
    shell = client.open_shell()
    command = client.run_command(shell, "cat")
    started = time.monotonic()
    with pytest.raises(WinRMOperationTimeoutError):
        client.get_command_output_raw(shell, command)
    assert time.monotonic() - started < 3
    client.close_shell(shell)


def test_more_connections_than_allowed_are_closed(site: Site) -> None:
    limit(site, max_connections=1)
    client = site.pywinrm()
    client.open_shell()
    with pytest.raises(OSError, match=r"[Cc]onnection|EOF"):
        site.pywinrm().open_shell()


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_shell_ends_when_nobody_uses_it_or_it_is_too_old(tmp_path: Path) -> None:
    clock = Clock()
    shells = ShellTable(ServiceSettings, clock)
    idle = shells.open("builder", "10.0.0.4", ShellSpec("cmd", idle_timeout=60))
    old = shells.open("builder", "10.0.0.4", ShellSpec("cmd", lifetime=100))
    with shells.using(idle.id, "BUILDER"):
        clock.now = 90
        shells.close_expired()
    assert len(shells.of("builder")) == 2
    clock.now = 120
    shells.close_expired()
    assert shells.of("builder") == [idle], f"{old.id} has reached its lifetime"
    clock.now = 151
    shells.close_expired()
    assert shells.of("builder") == []
