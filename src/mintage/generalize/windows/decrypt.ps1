# Decrypts every volume, and keeps Windows from encrypting the system volume again by itself. Run again, it says how
# far that is. Goes behind system.ps1.
$control = 'HKLM:\SYSTEM\CurrentControlSet\Control\BitLocker'
if (-not (Test-Path -Path $control)) { New-Item -Path $control -Force | Out-Null }
New-ItemProperty -Path $control -Name PreventDeviceEncryption -PropertyType DWord -Value 1 -Force | Out-Null
Get-BitLockerVolume |
    Where-Object { 'FullyDecrypted', 'DecryptionInProgress' -notcontains [string]$_.VolumeStatus } |
    ForEach-Object { Disable-BitLocker -MountPoint $_.MountPoint | Out-Null }
$left = @(Get-BitLockerVolume | Where-Object { [string]$_.VolumeStatus -ne 'FullyDecrypted' } |
    ForEach-Object { "$($_.MountPoint) $($_.EncryptionPercentage) %" })

@{ left = $left -join ', ' } | ConvertTo-Json -Compress
