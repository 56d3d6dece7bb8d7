# When this Windows was started, which names the boot. Goes behind input.ps1.
Write-Answer @{ boot = Get-BootTime }
