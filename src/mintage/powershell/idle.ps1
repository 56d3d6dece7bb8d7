# Whether Windows is servicing itself: TiWorker installs and removes components. Goes behind system.ps1.
$workers = @(Get-Process -Name TiWorker -ErrorAction SilentlyContinue)
@{ busy = ($workers.Count -gt 0) } | ConvertTo-Json -Compress
