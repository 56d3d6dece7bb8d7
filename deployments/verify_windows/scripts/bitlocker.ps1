# Whether volumes are encrypted, or can be asked at all: a server without the feature has no such command.
$present = [bool](Get-Command -Name Get-BitLockerVolume -ErrorAction SilentlyContinue)
$encrypted = @()
if ($present) {
    $encrypted = @(Get-BitLockerVolume | Where-Object { [string]$_.VolumeStatus -ne 'FullyDecrypted' } |
            ForEach-Object { "$($_.MountPoint) $($_.VolumeStatus)" })
}
@{ command = $present; encrypted = @($encrypted) } | ConvertTo-Json -Compress
