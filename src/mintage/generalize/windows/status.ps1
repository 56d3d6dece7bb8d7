# How far Sysprep is. Goes behind system.ps1. Given: $TaskName.
function Get-LastLine {
    param([string] $Path)
    # In a new string: what Get-Content hands out carries properties that would go into the JSON.
    if (Test-Path -LiteralPath $Path) { "$(Get-Content -LiteralPath $Path -Tail 1)" } else { '' }
}

$panther = "$env:SystemRoot\System32\Sysprep\Panther"
$task = Get-ScheduledTask -TaskName $TaskName -ErrorAction SilentlyContinue
$taskState = 'absent'
$result = $null
# Has not run yet, runs, is queued (winerror.h: SCHED_S_TASK_HAS_NOT_RUN, SCHED_S_TASK_RUNNING, SCHED_S_TASK_QUEUED).
$before = 0x41303, 0x41301, 0x41325
if ($task) {
    $taskState = [string]$task.State
    $result = (Get-ScheduledTaskInfo -TaskName $TaskName).LastTaskResult
}
$process = [bool](Get-Process -Name sysprep -ErrorAction SilentlyContinue)

@{
    imageState = Get-ImageState
    running    = ($process -or $taskState -eq 'Running' -or $taskState -eq 'Queued')
    ended      = ($taskState -eq 'Ready' -and -not $process -and $before -notcontains $result)
    task       = $taskState
    result     = $result
    lastLine   = Get-LastLine "$panther\setupact.log"
} | ConvertTo-Json -Compress
