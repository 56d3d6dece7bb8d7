# Writes to the disks what Windows still keeps in memory. Flushing a volume does not write the registry: that Windows
# writes itself some time later, or when a key of the hive is flushed (RegFlushKey).

# .NET flushes a key only if something was written through that very object.
function Write-Hive {
    param([string] $Parent, [string] $Name)
    $key = (Get-Item -Path $Parent).OpenSubKey($Name, $true)
    $key.SetValue('MintageFlush', 1)
    $key.DeleteValue('MintageFlush')
    $key.Flush()
    $key.Close()
}

function Write-ToDisk {
    Write-Hive HKLM:\SYSTEM\CurrentControlSet Control
    Write-Hive HKLM:\SOFTWARE Microsoft
    $letters = @(Get-Volume | Where-Object { $_.DriveLetter -and [string]$_.DriveType -eq 'Fixed' } |
        ForEach-Object { $_.DriveLetter })
    Write-VolumeCache -DriveLetter $letters
}
