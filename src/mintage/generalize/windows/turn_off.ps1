# Last of all, as SYSTEM: turns the machine off from inside. What Azure's Run Command kept of this script goes too.
# Given: $Seconds, in which the agent tells Azure that the script has ended.

$scripts = "$env:SystemDrive\Packages\Plugins\Microsoft.CPlat.Core.RunCommandWindows"
Get-ChildItem -LiteralPath $scripts -Recurse -Force -Filter 'script*.ps1' -ErrorAction SilentlyContinue |
    Remove-Item -Force
& shutdown.exe /s /t $Seconds | Out-Null
@{ code = $LASTEXITCODE } | ConvertTo-Json -Compress
