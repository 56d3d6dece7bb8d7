# Removes AppX packages that are installed for a user and not provisioned: the remedy that Sysprep's log asks for.
# Given: $Packages, full names. Goes behind system.ps1.
$removed = @()
foreach ($name in $Packages) {
    $package = Get-AppxPackage -AllUsers | Where-Object { $_.PackageFullName -eq $name }
    if ($package) {
        Remove-AppxPackage -Package $name -AllUsers
        $removed += $name
    }
    Get-AppxProvisionedPackage -Online | Where-Object { $_.PackageName -eq $name } |
        Remove-AppxProvisionedPackage -Online | Out-Null
}

@{ removed = @($removed) } | ConvertTo-Json -Compress
