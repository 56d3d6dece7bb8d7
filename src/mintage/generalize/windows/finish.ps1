# After Sysprep, as SYSTEM: takes away all that the build left, and proves it. Run again, it finds nothing left to do.
# Goes behind system.ps1. Given: $User, $KeepLogs. Prints for each operation what is left, which is nothing
# when all is well; Azure brings back the last 4,096 bytes.

$marks = 'HKLM:\SOFTWARE\Mintage'
$policies = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System'

function Get-BuildAccount { Get-LocalUser | Where-Object { $_.Name -eq $User } }

function Get-BuildProfile {
    Get-CimInstance -ClassName Win32_UserProfile | Where-Object {
        -not $_.Special -and (Split-Path -Path $_.LocalPath -Leaf) -like "$User*"
    }
}

function Get-BuildTask { Get-ScheduledTask | Where-Object { $_.TaskName -like 'Mintage*' } }

function Get-HttpsListener {
    Get-ChildItem -Path WSMan:\localhost\Listener | Where-Object { @($_.Keys) -contains 'Transport=HTTPS' }
}

function Get-BuildRule { Get-NetFirewallRule -Name mintage-winrm-https -ErrorAction SilentlyContinue }

function Get-TokenPolicy { Get-RegistryValue $policies LocalAccountTokenFilterPolicy }

# Of WinRM's ways to log in: Basic, Certificate.
function Test-Login {
    param([string] $Way)
    [string](Get-Item -Path "WSMan:\localhost\Service\Auth\$Way").Value -eq 'true'
}

function Get-BuildFile {
    foreach ($folder in "$env:SystemRoot\Temp", "$env:SystemDrive\Mintage", "$env:ProgramData\Mintage") {
        if (Test-Path -LiteralPath $folder) { Get-ChildItem -LiteralPath $folder -Force -Filter 'mintage*' }
    }
    # Run Command keeps the texts of scripts; this one is among them.
    $scripts = "$env:SystemDrive\Packages\Plugins\Microsoft.CPlat.Core.RunCommandWindows"
    if (Test-Path -LiteralPath $scripts) { Get-ChildItem -LiteralPath $scripts -Recurse -Force -Filter 'script*.ps1' }
}

function Get-History {
    $folder = 'AppData\Roaming\Microsoft\Windows\PowerShell\PSReadLine\ConsoleHost_history.txt'
    foreach ($user in @(Get-ChildItem -LiteralPath "$env:SystemDrive\Users" -Force)) {
        $file = Join-Path -Path $user.FullName -ChildPath $folder
        if (Test-Path -LiteralPath $file) { $file }
    }
}

# What holds the account's profile open: a remote session of it.
function Stop-RemoteSession {
    Get-Process -Name 'winrshost', 'wsmprovhost' -ErrorAction SilentlyContinue | Stop-Process -Force
}

# Azure makes the administrator by renaming the built-in account, which Windows does not let go.
function Remove-Account {
    foreach ($account in @(Get-BuildAccount)) {
        if ([string]$account.SID -like '*-500') {
            Disable-LocalUser -Name $account.Name
            Rename-LocalUser -Name $account.Name -NewName 'Administrator'
        }
        else { Remove-LocalUser -Name $account.Name }
    }
}

function Remove-Listener {
    foreach ($listener in @(Get-HttpsListener)) {
        Remove-Item -Path "WSMan:\localhost\Listener\$($listener.Name)" -Recurse -Force
    }
}

function Remove-Mapping {
    foreach ($mapping in @(Get-CertificateMapping $User)) {
        Remove-Item -Path "WSMan:\localhost\ClientCertificate\$($mapping.Name)" -Recurse -Force
    }
}

# With its key, which else stays in a file of its own.
function Remove-Certificate {
    foreach ($certificate in @(Get-BuilderCertificate)) {
        # The path is not piped in: the parameter is the provider's, which is asked for by the path on the command line.
        Remove-Item -LiteralPath $certificate.PSPath -DeleteKey:$certificate.HasPrivateKey -Force
    }
}

function Disable-Login {
    param([string] $Way)
    if (Test-Login $Way) { Set-Item -Path "WSMan:\localhost\Service\Auth\$Way" -Value $false -Force }
}

# A setting that the builder marked is taken back, and seen to be, before its mark goes.
function Undo-Marked {
    param([string] $Mark, [scriptblock] $Undo, [scriptblock] $Stands)
    if (Get-RegistryValue $marks $Mark) {
        & $Undo
        if (& $Stands) { throw "$Mark was not taken back" }
        Remove-ItemProperty -Path $marks -Name $Mark
    }
}

function Undo-CertificateLogin {
    Undo-Marked CertificateLoginSet { Disable-Login Certificate } { Test-Login Certificate }
}

function Undo-TokenPolicy {
    Undo-Marked TokenPolicySet {
        if (Get-TokenPolicy) { Remove-ItemProperty -Path $policies -Name LocalAccountTokenFilterPolicy }
    } { Get-TokenPolicy }
}

function Get-Mark { 'CertificateLoginSet', 'TokenPolicySet' | Where-Object { Get-RegistryValue $marks $_ } }

function Remove-Mark {
    if ((Test-Path -Path $marks) -and -not (Get-Mark)) { Remove-Item -Path $marks -Recurse -Force }
}

# What is left of all that lets the builder in.
function Get-Access {
    Get-HttpsListener | ForEach-Object { $_.Name }
    Get-BuildRule | ForEach-Object { $_.Name }
    Get-CertificateMapping $User | ForEach-Object { $_.Name }
    Get-BuilderCertificate | ForEach-Object { $_.Thumbprint }
    if (Test-Login Basic) { 'basic login' }
    Get-Mark
    if (Test-Path -Path $marks) { $marks }
}

function Clear-Logs {
    foreach ($log in @(Get-WinEvent -ListLog * -ErrorAction SilentlyContinue | Where-Object { $_.RecordCount -gt 0 })) {
        # Some logs are held by their writers and cannot be cleared.
        & wevtutil.exe clear-log $log.LogName 2>&1 | Out-Null
    }
    foreach ($file in @(Get-History)) { Remove-Item -LiteralPath $file -Force }
}

$failures = [ordered]@{}

# Goes on whatever fails: the proof says what is left, and this why.
function Invoke-Operation {
    param([string] $Name, [scriptblock] $Act)
    try { & $Act | Out-Null }
    catch { $failures[$Name] = @($failures[$Name], $_.Exception.Message | Where-Object { $_ }) -join '; ' }
}

Invoke-Operation 'build-tasks' { Get-BuildTask | Unregister-ScheduledTask -Confirm:$false }
# Each by itself: what a policy forbids to take back keeps nothing else.
Invoke-Operation 'remote-access' { Remove-Listener }
Invoke-Operation 'remote-access' { Get-BuildRule | Remove-NetFirewallRule }
Invoke-Operation 'remote-access' { Remove-Mapping }
Invoke-Operation 'remote-access' { Remove-Certificate }
# Whoever switched it on: passwords are in the clear in it.
Invoke-Operation 'remote-access' { Disable-Login Basic }
Invoke-Operation 'remote-access' { Undo-CertificateLogin }
Invoke-Operation 'remote-access' { Undo-TokenPolicy }
Invoke-Operation 'remote-access' { Remove-Mark }
Invoke-Operation 'build-account' { Stop-RemoteSession; Remove-Account }
Invoke-Operation 'build-profile' { Get-BuildProfile | Remove-CimInstance }
Invoke-Operation 'unattend' { foreach ($file in @(Get-UnattendFile)) { Remove-Item -LiteralPath $file -Force } }
Invoke-Operation 'temporary-files' { Get-BuildFile | Remove-Item -Recurse -Force }
if (-not $KeepLogs) { Invoke-Operation 'logs' { Clear-Logs } }

$left = [ordered]@{
    'image-state'     = $(if ((Get-ImageState) -ne 'IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE') { Get-ImageState })
    'build-account'   = @(Get-BuildAccount | ForEach-Object { $_.Name }) -join ', '
    'build-profile'   = @(Get-BuildProfile | ForEach-Object { $_.LocalPath }) -join ', '
    'build-tasks'     = @(Get-BuildTask | ForEach-Object { $_.TaskName }) -join ', '
    'remote-access'   = @(Get-Access) -join ', '
    'unattend'        = @(Get-UnattendFile) -join ', '
    'temporary-files' = @(Get-BuildFile | ForEach-Object { $_.FullName }) -join ', '
}
if (-not $KeepLogs) { $left['logs'] = @(Get-History) -join ', ' }
foreach ($name in @($failures.Keys)) {
    if ($left[$name]) { $left[$name] = "$($left[$name]) ($($failures[$name]))" }
}

@{ left = $left } | ConvertTo-Json -Compress
