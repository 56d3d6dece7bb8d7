# Unpacks a zip archive over what a folder holds, and takes the archive away. Goes behind input.ps1.
# Given: JSON with archive and folder.
$given = Read-Text | ConvertFrom-Json
try { Expand-Archive -LiteralPath $given.archive -DestinationPath $given.folder -Force }
finally { Remove-Item -LiteralPath $given.archive -Force }
Write-Answer @{ expanded = $true }
