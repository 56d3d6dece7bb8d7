# The ends of Sysprep's two logs, which its next run would clear. Goes behind system.ps1. Given: $Lines.
function Get-End {
    param([string] $Path)
    if (Test-Path -LiteralPath $Path) { @(Get-Content -LiteralPath $Path -Tail $Lines) -join "`n" } else { '' }
}

$panther = "$env:SystemRoot\System32\Sysprep\Panther"
@{ errors = Get-End "$panther\setuperr.log"; actions = Get-End "$panther\setupact.log" } | ConvertTo-Json -Compress
