# The ends of Sysprep's two logs, which its next run would clear. Goes behind system.ps1. Given: $Lines, and $Characters
# of each at most, of which the first are left out.
function Get-End {
    param([string] $Path)
    if (-not (Test-Path -LiteralPath $Path)) { return '' }
    $text = @(Get-Content -LiteralPath $Path -Tail $Lines) -join "`n"
    if ($text.Length -gt $Characters) { $text = $text.Substring($text.Length - $Characters) }
    $text
}

$panther = "$env:SystemRoot\System32\Sysprep\Panther"
@{ errors = Get-End "$panther\setuperr.log"; actions = Get-End "$panther\setupact.log" } | ConvertTo-Json -Compress
