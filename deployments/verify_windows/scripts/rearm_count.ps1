# How often this Windows may still be generalized.
$left = (Get-CimInstance -ClassName SoftwareLicensingService).RemainingWindowsReArmCount
@{ left = [long]$left } | ConvertTo-Json -Compress
