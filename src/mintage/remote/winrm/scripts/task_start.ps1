# Starts a script in a scheduled task, or finds the task of an earlier call of the same, which it then leaves alone.
# Goes behind input.ps1. Given: the task (JSON: name, system, password, seconds), the worker's text, and as they are the
# two lines that run.ps1 takes. Prints whether it found the task, and the boot.
$given = Read-Text | ConvertFrom-Json
$worker = Read-Text
$call = @([Console]::In.ReadLine(), [Console]::In.ReadLine())
$name = $given.name
$folder = "$env:SystemRoot\Temp\$name"

# A run from before the last restart is over, and nobody waits for it any more.
function Test-RunOfThisBoot {
    $task = Get-ScheduledTask -TaskName $name -ErrorAction SilentlyContinue
    if (-not $task) { return $false }
    $lastRun = (Get-ScheduledTaskInfo -TaskName $name).LastRunTime
    # The time of the run is kept in whole seconds.
    return $lastRun -and $lastRun.AddSeconds(1) -gt (Get-CimInstance -ClassName Win32_OperatingSystem).LastBootUpTime
}

function Remove-OldRun {
    Get-ScheduledTask -TaskName $name -ErrorAction SilentlyContinue | Unregister-ScheduledTask -Confirm:$false
    if (Test-Path -LiteralPath $folder) { Remove-Item -LiteralPath $folder -Recurse -Force }
}

# Only administrators and the system read what they make in this folder.
function Write-Files {
    New-Item -Path $folder -ItemType Directory -Force | Out-Null
    Set-Content -LiteralPath "$folder\worker.ps1" -Value $worker -Encoding ASCII
    Set-Content -LiteralPath "$folder\call.txt" -Value $call -Encoding ASCII
    New-Item -Path "$folder\output.log" -ItemType File -Force | Out-Null
}

function Start-Task {
    $powershell = 'powershell.exe -NoLogo -NoProfile -NonInteractive -ExecutionPolicy Bypass -File'
    $action = New-ScheduledTaskAction -Execute "$env:SystemRoot\System32\cmd.exe" `
        -Argument "/d /c $powershell $folder\worker.ps1 > $folder\output.log 2>&1"
    # Windows runs tasks below other programs unless it is told not to (7): 4 is what programs have.
    $settings = New-ScheduledTaskSettingsSet -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries -Priority 4 `
        -ExecutionTimeLimit (New-TimeSpan -Seconds $given.seconds)
    if ($given.system) { $who = @{ User = 'SYSTEM' } }
    else { $who = @{ User = "$env:COMPUTERNAME\$env:USERNAME"; Password = $given.password } }
    Register-ScheduledTask -TaskName $name -Action $action -Settings $settings -RunLevel Highest -Force @who | Out-Null
    Start-ScheduledTask -TaskName $name
}

$found = Test-RunOfThisBoot
if (-not $found) {
    Remove-OldRun
    Write-Files
    Start-Task
}
Write-Answer @{ found = $found; boot = Get-BootTime }
