# Starts Sysprep in a scheduled task as the administrator who is logged in here, unless it runs or has ended well: it is
# not supported as SYSTEM, and a process of a remote session would end with the connection.
# Goes behind system.ps1. Given: $TaskName, $Limit (minutes), and the password in the variable MINTAGE_PASSWORD.
# Prints what it found or did.
function Start-Sysprep {
    $program = "$env:SystemRoot\System32\Sysprep\sysprep.exe"
    $action = New-ScheduledTaskAction -Execute $program -Argument '/generalize /oobe /mode:vm /quiet /quit'
    $settings = New-ScheduledTaskSettingsSet -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries `
        -ExecutionTimeLimit (New-TimeSpan -Minutes $Limit)
    Register-ScheduledTask -TaskName $TaskName -Action $action -Settings $settings -RunLevel Highest -Force `
        -User "$env:COMPUTERNAME\$env:USERNAME" -Password $env:MINTAGE_PASSWORD | Out-Null
    Start-ScheduledTask -TaskName $TaskName
}

$state = Get-ImageState
$task = Get-ScheduledTask -TaskName $TaskName -ErrorAction SilentlyContinue
if ($state -eq 'IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE') { $found = 'generalized' }
elseif (Get-Process -Name sysprep -ErrorAction SilentlyContinue) { $found = 'running' }
elseif ($task -and [string]$task.State -eq 'Running') { $found = 'running' }
elseif ($state -eq 'IMAGE_STATE_COMPLETE') {
    Start-Sysprep
    $found = 'started'
}
else { $found = 'failed before' }

@{ found = $found; imageState = $state } | ConvertTo-Json -Compress
