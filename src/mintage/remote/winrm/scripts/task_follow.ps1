# Hands over a task's output from an offset while it grows, in base64, until the task has ended; then its exit code.
# Goes behind input.ps1. Given: JSON with name and offset. Prints one JSON object for each piece, and one at the end.
$given = Read-Text | ConvertFrom-Json
$name = $given.name
# Has not run yet, runs, is queued (winerror.h: SCHED_S_TASK_HAS_NOT_RUN, SCHED_S_TASK_RUNNING, SCHED_S_TASK_QUEUED).
$before = 0x41303, 0x41301, 0x41325

# The task's exit code once it has ended, -1 when there is no such task, nothing while it is under way.
function Get-ExitCode {
    $task = Get-ScheduledTask -TaskName $name -ErrorAction SilentlyContinue
    if (-not $task) { return -1 }
    if ('Running', 'Queued' -contains [string]$task.State) { return }
    $result = (Get-ScheduledTaskInfo -TaskName $name).LastTaskResult
    if ($before -notcontains $result) { $result }
}

$log = [System.IO.File]::Open("$env:SystemRoot\Temp\$name\output.log", 'Open', 'Read', 'ReadWrite')
$log.Seek([long]$given.offset, 'Begin') | Out-Null
$buffer = New-Object byte[] 65536
do {
    # Asked before the log is read: then it holds all that was written until the end.
    $exitCode = Get-ExitCode
    $count = $log.Read($buffer, 0, $buffer.Length)
    while ($count -gt 0) {
        Write-Answer @{ output = [Convert]::ToBase64String($buffer, 0, $count) }
        $count = $log.Read($buffer, 0, $buffer.Length)
    }
    if ($null -eq $exitCode) { Start-Sleep -Milliseconds 300 }
} while ($null -eq $exitCode)
$log.Close()
Write-Answer @{ exitCode = $exitCode }
