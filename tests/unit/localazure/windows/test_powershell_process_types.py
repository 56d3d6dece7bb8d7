"""Scripts reach their streams, their environment, files and the clock as on Windows."""

import base64
from pathlib import Path

import pytest

from localazure.windows.machine.machine import Machine
from tests.support.powershell_machine import made, powershell


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return made(tmp_path)


def test_a_script_reads_its_input_line_by_line_and_writes_to_both_streams(machine: Machine) -> None:
    script = r"""
        $first, $second = [Console]::In.ReadLine(), [Console]::In.ReadLine()
        [Console]::Out.WriteLine("$second after $first")
        $null -eq [Console]::In.ReadLine()
    """
    assert powershell(machine, script, "one\r\ntwo\r\n") == "two after one\nTrue\n"


def test_blocks_of_a_file_go_in_and_come_out_as_they_are(machine: Machine) -> None:
    content = bytes(range(256)) * 1200
    half = len(content) // 2
    lines = "\r\n".join(base64.b64encode(part).decode() for part in (content[:half], content[half:]))
    script = r"""
        $file = [System.IO.File]::Open('C:\new.bin', 'OpenOrCreate', 'Write', 'Read')
        try {
            while ($line = [Console]::In.ReadLine()) {
                $block = [Convert]::FromBase64String($line)
                $file.Write($block, 0, $block.Length)
            }
        }
        finally { $file.Close() }
        $file = [System.IO.File]::Open('C:\new.bin', 'Open', 'Read', 'ReadWrite')
        $file.Seek(250, 'Begin') | Out-Null
        $buffer = New-Object byte[] 10
        $count = $file.Read($buffer, 0, $buffer.Length)
        $file.Close()
        "$count $($file.Name) $($buffer -join ',')"
    """
    told = powershell(machine, script, lines + "\r\n")
    assert told == "10 C:\\new.bin 250,251,252,253,254,255,0,1,2,3\n"
    assert machine.files.read_bytes(r"C:\new.bin") == content


def test_a_file_takes_the_place_of_another_only_whole(machine: Machine) -> None:
    script = r"""
        [System.IO.File]::WriteAllText('C:\old.txt', 'old')
        [System.IO.File]::WriteAllText('C:\new.txt', 'new')
        [System.IO.File]::Replace('C:\new.txt', 'C:\old.txt', 'C:\kept.txt')
        [System.IO.File]::ReadAllText('C:\old.txt') + [System.IO.File]::ReadAllText('C:\kept.txt')
        try { [System.IO.File]::Open('C:\none.txt', 'Open', 'Read', 'Read') }
        catch { $_.Exception.InnerException.Message }
    """
    assert powershell(machine, script) == "newold\nCould not find file 'C:\\none.txt'.\n"


def test_the_environment_is_the_processes_or_the_machines(machine: Machine) -> None:
    script = r"""
        [Environment]::SetEnvironmentVariable('MINE', 'here', 'Process')
        [Environment]::SetEnvironmentVariable('OURS', 'there', 'Machine')
        "$env:MINE $env:OURS $([Environment]::GetEnvironmentVariable('OURS', 'Machine'))"
        [Environment]::ExpandEnvironmentVariables('%SystemRoot%\Temp')
    """
    assert powershell(machine, script) == "here  there\nC:\\Windows\\Temp\n"
    assert machine.environment.machine()["OURS"] == "there"


def test_time_is_the_machines(machine: Machine) -> None:
    script = r"""
        $then = Get-Date -Date '2026-01-31T10:00:00'
        Get-Date -Date $then -Format 'yyyy-MM-dd HH:mm'
        (New-TimeSpan -Start $then -End $then.AddHours(26)).Days
        (New-TimeSpan -Minutes 90).TotalHours
        Start-Sleep -Milliseconds 10
        ((Get-Date) - $then).TotalDays -gt 0
    """
    assert powershell(machine, script) == "2026-01-31 10:00\n1\n1.5\nTrue\n"


def test_a_command_is_found_or_not_and_system_is_an_administrator(machine: Machine) -> None:
    script = r"""
        (Get-Command Get-Date).CommandType
        [bool](Get-Command Get-Nothing -ErrorAction SilentlyContinue)
        $identity = [System.Security.Principal.WindowsIdentity]::GetCurrent()
        $principal = New-Object System.Security.Principal.WindowsPrincipal($identity)
        $identity.Name
        $principal.IsInRole([System.Security.Principal.WindowsBuiltInRole]::Administrator)
    """
    assert powershell(machine, script) == "Cmdlet\nFalse\nNT AUTHORITY\\SYSTEM\nTrue\n"
