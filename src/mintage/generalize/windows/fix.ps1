# Puts right what preflight.ps1 found and the recipe lets the build put right: $Fix has the names of the questions.
# Goes behind system.ps1. Prints what was done.
$done = @()

if ($Fix -contains 'unattend') {
    foreach ($file in @(Get-UnattendFile)) {
        Remove-Item -LiteralPath $file -Force
        $done += "removed $file"
    }
}
if ($Fix -contains 'panther') {
    $panther = "$env:SystemRoot\Panther"
    if (Test-Path -LiteralPath $panther) {
        Remove-Item -LiteralPath $panther -Recurse -Force
        $done += "removed $panther"
    }
}
if ($Fix -contains 'cdrom') {
    # Azure hands a new VM its settings on a disc.
    Set-ItemProperty -Path HKLM:\SYSTEM\CurrentControlSet\Services\cdrom -Name Start -Value 1
    $done += 'the service cdrom starts with the system'
}
if ($Fix -contains 'update-service') {
    Set-Service -Name wuauserv -StartupType Manual
    $done += 'wuauserv may be started'
}

@{ done = @($done) } | ConvertTo-Json -Compress
