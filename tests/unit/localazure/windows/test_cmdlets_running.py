"""Services, processes and scheduled tasks, by the commands that scripts use for them."""

from __future__ import annotations

import pytest

from localazure.windows.machine.services import StartType, Status
from tests.support.script_guest import ScriptGuest


def test_a_service_is_started_stopped_and_set(guest: ScriptGuest) -> None:
    script = """
        Stop-Service W32Time -ErrorAction SilentlyContinue
        Start-Service W32Time
        Get-Service W32Time | ForEach-Object { "$($_.Name)|$($_.DisplayName)|$($_.Status)|$($_.CanStop)" }
        Stop-Service W32Time -PassThru | ForEach-Object Status
        Set-Service W32Time -StartupType Disabled
        (Get-Service W32Time).StartType
        try { Start-Service W32Time -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }
        Set-Service W32Time -StartupType Manual -Status Running
        Restart-Service W32Time -Force
        (Get-Service -Name w32time, winrm).Name -join ','
        try { Get-Service Nope -ErrorAction Stop } catch { $_.Exception.Message; $_.FullyQualifiedErrorId }
        New-Service -Name Mine -BinaryPathName 'C:\\mine.exe' -DisplayName 'My own' -StartupType Manual |
            ForEach-Object Status
        (Get-CimInstance Win32_Service -Filter "Name='Mine'").PathName
        (Get-WmiObject Win32_Service -Filter "Name='Mine'").StartMode
        (Get-Service W32Time).Stop()
        (Get-Service W32Time).WaitForStatus('Stopped', '00:00:05')
    """
    assert guest.prints(script) == [
        "W32Time|Windows Time|Running|True", "Stopped", "Disabled",
        "CouldNotStartService,Microsoft.PowerShell.Commands.StartServiceCommand", "W32Time,WinRM",
        "Cannot find any service with service name 'Nope'.",
        "NoServiceFoundForGivenName,Microsoft.PowerShell.Commands.GetServiceCommand", "Stopped",
        "C:\\mine.exe", "Manual",
    ]  # fmt: skip
    services = guest.machine.services
    assert (services.status("W32Time"), services.require("Mine").start_type) == (Status.STOPPED, StartType.MANUAL)


def test_programs_are_started_waited_for_and_ended(guest: ScriptGuest) -> None:
    script = r"""
        "$((Get-Process -Id $PID).ProcessName) $((Get-CimInstance Win32_Process -Filter "ProcessId=$PID").Name)"
        $ended = Start-Process powershell.exe -ArgumentList '-Command', 'exit 5' -Wait -PassThru
        "$($ended.ExitCode) $($ended.HasExited)"
        Start-Process powershell.exe '-Command "''to a file''"' -Wait -RedirectStandardOutput C:\out.txt -NoNewWindow
        Get-Content C:\out.txt
        $waiting = Start-Process powershell.exe '-Command while ($true) { Start-Sleep 1 }' -PassThru
        $waiting.HasExited
        Stop-Process -Id $waiting.Id -Force
        $waiting.WaitForExit(5000)
        @(Get-Process -Id $waiting.Id -ErrorAction SilentlyContinue).Count
        & powershell.exe -Command 'exit 3'; $LASTEXITCODE
        cmd.exe /c 'exit 4'; $LASTEXITCODE
        $said = cmd /c echo captured; $said
        $env:MINE = 'inherited'; powershell -Command '$env:MINE'
        'piped' | powershell -Command '$input | ForEach-Object { ''got '' + $_ }'
        $both = powershell -Command '[Console]::Error.WriteLine(''err''); ''out''' 2>&1
        ($both | ForEach-Object { $_.GetType().Name } | Sort-Object) -join ','
        foreach ($start in { Start-Process nope.exe }, { Get-Process nope }, { & nope.exe }) {
            try { $ErrorActionPreference = 'Stop'; & $start } catch { $_.FullyQualifiedErrorId }
        }
    """
    assert guest.prints(script) == [
        "powershell powershell.exe", "5 True", "to a file", "False", "True", "0", "3", "4", "captured", "inherited",
        "got piped", "ErrorRecord,String",
        "InvalidOperationException,Microsoft.PowerShell.Commands.StartProcessCommand",
        "NoProcessFoundForGivenName,Microsoft.PowerShell.Commands.GetProcessCommand", "CommandNotFoundException",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["Get-Nothing", "Get-ADUser", "choco"])
def test_a_command_that_windows_does_not_have_is_not_found(guest: ScriptGuest, name: str) -> None:
    ran = guest.as_system(f"{name} -Filter x")
    assert (
        "".join(ran.errors.splitlines(keepends=True)[:2])
        .replace(" \n", " ")
        .startswith(f"{name} : The term '{name}' is not recognized as the name of a cmdlet, function, script file")
    )
    assert f"+ CategoryInfo          : ObjectNotFound: ({name}:String) [], CommandNotFoundException" in ran.errors
    assert ran.code == 0, "-File ends well unless the script says otherwise"


def test_a_scheduled_task_is_made_run_and_removed(guest: ScriptGuest) -> None:
    script = r"""
        $argument = '-Command "Set-Content C:\ran.txt done"'
        $action = New-ScheduledTaskAction -Execute powershell.exe -Argument $argument
        $trigger = New-ScheduledTaskTrigger -AtStartup
        Register-ScheduledTask -TaskName Nightly -TaskPath '\Contoso\' -Action $action -Trigger $trigger -User SYSTEM `
            -RunLevel Highest | ForEach-Object { "$($_.TaskName) $($_.TaskPath) $($_.State)" }
        $task = Get-ScheduledTask -TaskName Nightly
        "$($task.Actions[0].Execute) $($task.Principal.UserId) $($task.Principal.RunLevel)"
        ($task | Get-ScheduledTaskInfo).LastTaskResult
        $task | Start-ScheduledTask
        while (($task | Get-ScheduledTaskInfo).LastTaskResult -ne 0) { Start-Sleep -Milliseconds 100 }
        Get-Content C:\ran.txt
        ($task | Disable-ScheduledTask).State
        ($task | Enable-ScheduledTask).State
        Unregister-ScheduledTask -TaskName Nightly -Confirm:$false
        try { Get-ScheduledTask -TaskName Nightly -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }
        $daily = New-ScheduledTaskTrigger -Daily -At 3am
        $limit = New-ScheduledTaskSettingsSet -StartWhenAvailable -ExecutionTimeLimit (New-TimeSpan -Hours 1)
        $who = New-ScheduledTaskPrincipal -UserId SYSTEM -LogonType ServiceAccount
        $made = New-ScheduledTask -Action $action -Trigger $daily -Settings $limit -Principal $who
        (Register-ScheduledTask -TaskName Second -InputObject $made).TaskName
        (Get-ScheduledTask Second).Settings.ExecutionTimeLimit
    """
    assert guest.prints(script) == [
        "Nightly \\Contoso\\ Ready", "powershell.exe SYSTEM Highest", "267011", "done", "Disabled", "Ready",
        "CmdletizationQuery_NotFound_TaskName,Get-ScheduledTask", "Second", "PT1H",
    ]  # fmt: skip
