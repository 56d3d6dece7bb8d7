# What makes this machine another than its siblings, and the account that Azure made on it.
$builtin = @(Get-LocalUser | Where-Object { [string]$_.SID -like '*-500' })[0]
$administrators = @(Get-LocalGroupMember -SID S-1-5-32-544 | Where-Object { $_.ObjectClass -eq 'User' } |
    ForEach-Object { [string]$_.SID -replace '^.*-', '' })
@{
    imageState        = Get-ImageState
    computerName      = $env:COMPUTERNAME
    machineSid        = [string]$builtin.SID -replace '-500$', ''
    builtinName       = $builtin.Name
    builtinEnabled    = [bool]$builtin.Enabled
    administratorRids = @($administrators)
} | ConvertTo-Json -Compress
