# Takes a file away, if it is there. Goes behind input.ps1. Given: JSON with path.
$given = Read-Text | ConvertFrom-Json
if (Test-Path -LiteralPath $given.path) { Remove-Item -LiteralPath $given.path -Force }
Write-Answer @{ removed = $true }
