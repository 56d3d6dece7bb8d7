# The first and last lines of Sysprep's log, and whether that of its errors holds any.
$panther = "$env:SystemRoot\System32\Sysprep\Panther"
$first = ''
$last = ''
$lines = 0
$errors = 0
if (Test-Path -LiteralPath "$panther\setupact.log") {
    $all = @(Get-Content -LiteralPath "$panther\setupact.log")
    $lines = $all.Count
    # New strings: what Get-Content hands out carries properties that would go into the JSON.
    $first = "$($all[0])"
    $last = "$($all[-1])"
}
if (Test-Path -LiteralPath "$panther\setuperr.log") {
    $errors = @(Get-Content -LiteralPath "$panther\setuperr.log").Count
}
@{
    first     = $first
    last      = $last
    lines     = $lines
    errors    = $errors
    succeeded = (Test-Path -LiteralPath "$env:SystemRoot\System32\Sysprep\Sysprep_succeeded.tag")
} | ConvertTo-Json -Compress
