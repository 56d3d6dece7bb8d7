# What a scheduled task runs: as bootstrap.ps1, with the two lines from a file, which is gone before the script begins.
# Goes in front of run.ps1.
[Console]::OutputEncoding = [System.Text.Encoding]::UTF8
$mintageCall = "$PSScriptRoot\call.txt"
$mintageEnvironment, $mintageScript = @(Get-Content -LiteralPath $mintageCall)
Remove-Item -LiteralPath $mintageCall -Force
