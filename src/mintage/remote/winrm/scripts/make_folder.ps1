# Makes a folder with its parents, unless it is there. Goes behind input.ps1. Given: JSON with folder.
$given = Read-Text | ConvertFrom-Json
New-Item -Path $given.folder -ItemType Directory -Force | Out-Null
Write-Answer @{ made = $true }
