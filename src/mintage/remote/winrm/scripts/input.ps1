# For the scripts that answer. What they are given comes by standard input: lines of base64 of UTF-8.
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

function Read-Text {
    [System.Text.Encoding]::UTF8.GetString([Convert]::FromBase64String([Console]::In.ReadLine()))
}

function Write-Answer {
    param($Answer)
    [Console]::Out.WriteLine((ConvertTo-Json -InputObject $Answer -Compress))
}

# Names the boot of this Windows.
function Get-BootTime {
    (Get-CimInstance -ClassName Win32_OperatingSystem).LastBootUpTime.ToUniversalTime().ToString('o')
}
