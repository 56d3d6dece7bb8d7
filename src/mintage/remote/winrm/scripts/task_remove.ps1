# Ends a task if it runs, and takes it away with its files. Goes behind input.ps1. Given: JSON with name.
$given = Read-Text | ConvertFrom-Json
$name = $given.name
$folder = "$env:SystemRoot\Temp\$name"

$task = Get-ScheduledTask -TaskName $name -ErrorAction SilentlyContinue
if ($task) {
    if ([string]$task.State -eq 'Running') { Stop-ScheduledTask -TaskName $name }
    Unregister-ScheduledTask -TaskName $name -Confirm:$false
}
# Windows keeps a file until the last program that had it open is gone, which takes a moment.
for ($try = 1; $try -le 20 -and (Test-Path -LiteralPath $folder); $try++) {
    Remove-Item -LiteralPath $folder -Recurse -Force -ErrorAction SilentlyContinue
    if (Test-Path -LiteralPath $folder) { Start-Sleep -Milliseconds 250 }
}
Write-Answer @{ removed = -not (Test-Path -LiteralPath $folder) }
