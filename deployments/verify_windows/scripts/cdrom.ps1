# How the service of the drive starts in which Azure puts a new VM's settings.
$start = Get-RegistryValue 'HKLM:\SYSTEM\CurrentControlSet\Services\cdrom' Start
@{ start = $start } | ConvertTo-Json -Compress
