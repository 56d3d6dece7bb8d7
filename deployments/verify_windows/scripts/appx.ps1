# AppX packages that are installed for somebody and not provisioned for all: those Sysprep would stop at, and the rest.
$provisioned = @(Get-AppxProvisionedPackage -Online | ForEach-Object { $_.DisplayName })
$found = @(Get-AppxPackage -AllUsers | Where-Object {
        $provisioned -notcontains $_.Name -and
        @($_.PackageUserInformation | Where-Object { [string]$_.InstallState -eq 'Installed' }).Count -gt 0
    })
@{
    blocking   = @($found | Where-Object { [string]$_.SignatureKind -ne 'System' -and -not $_.IsFramework } |
            ForEach-Object { $_.PackageFullName })
    system     = @($found | Where-Object { [string]$_.SignatureKind -eq 'System' }).Count
    frameworks = @($found | Where-Object { $_.IsFramework }).Count
} | ConvertTo-Json -Compress
