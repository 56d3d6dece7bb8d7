# Which PowerShell this is, and which Windows. Goes behind system.ps1, as all of these scripts do.
$windows = 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion'
@{
    powershell   = [string]$PSVersionTable.PSVersion
    edition      = [string]$PSVersionTable.PSEdition
    product      = [string](Get-RegistryValue $windows ProductName)
    build        = [string](Get-RegistryValue $windows CurrentBuildNumber)
    revision     = Get-RegistryValue $windows UBR
    installation = [string](Get-RegistryValue $windows InstallationType)
} | ConvertTo-Json -Compress
