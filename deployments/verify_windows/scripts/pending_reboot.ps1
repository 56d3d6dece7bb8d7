# Signs that a fresh machine wants to be restarted.
@{ signs = @(Get-PendingReboot) } | ConvertTo-Json -Compress
