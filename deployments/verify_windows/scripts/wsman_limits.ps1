# WinRM's limits, as numbers.
$limits = [ordered]@{}
$paths = 'MaxEnvelopeSizekb', 'MaxTimeoutms', 'Shell\IdleTimeout', 'Shell\MaxProcessesPerShell',
    'Shell\MaxShellsPerUser', 'Shell\MaxMemoryPerShellMB', 'Service\MaxConcurrentOperationsPerUser'
foreach ($path in $paths) {
    $limits[($path -replace '^.*\\', '')] = [long](Get-Item -Path "WSMan:\localhost\$path").Value
}
$limits | ConvertTo-Json -Compress
