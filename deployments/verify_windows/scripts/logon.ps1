# Who this script runs as, by what kind of logon, and whether the administrator's rights were filtered out.
$identity = [System.Security.Principal.WindowsIdentity]::GetCurrent()
$principal = New-Object System.Security.Principal.WindowsPrincipal $identity
$groups = @($identity.Groups | ForEach-Object { $_.Value })
$kinds = @{ 'S-1-5-2' = 'network'; 'S-1-5-3' = 'batch'; 'S-1-5-4' = 'interactive'; 'S-1-5-6' = 'service' }
@{
    user          = $identity.Name
    sid           = $identity.User.Value
    administrator = $principal.IsInRole([System.Security.Principal.WindowsBuiltInRole]::Administrator)
    logons        = @($groups | Where-Object { $kinds.ContainsKey($_) } | ForEach-Object { $kinds[$_] })
} | ConvertTo-Json -Compress
