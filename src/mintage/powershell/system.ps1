# What several of the scripts ask of Windows. Put in front of them.
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

# A value of the registry, or nothing.
function Get-RegistryValue {
    param([string] $Path, [string] $Name)
    $item = Get-ItemProperty -Path $Path -Name $Name -ErrorAction SilentlyContinue
    if ($item) { $item.$Name }
}

function Get-ImageState {
    [string](Get-RegistryValue 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Setup\State' ImageState)
}

# Why Windows wants to be restarted, one line for each sign of it; nothing when it does not.
function Get-PendingReboot {
    $servicing = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing'
    foreach ($key in 'RebootPending', 'PackagesPending') {
        if (Test-Path -Path "$servicing\$key") { "component servicing: $key" }
    }
    if (Test-Path -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired') {
        'Windows Update: RebootRequired'
    }
    $manager = 'HKLM:\SYSTEM\CurrentControlSet\Control\Session Manager'
    foreach ($name in 'PendingFileRenameOperations', 'PendingFileRenameOperations2') {
        if (Get-RegistryValue $manager $name) { "Session Manager: $name" }
    }
    if (Get-RegistryValue 'HKLM:\SOFTWARE\Microsoft\Updates' UpdateExeVolatile) { 'Updates: UpdateExeVolatile' }
    if (Get-RegistryValue 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\RunOnce' DVDRebootSignal) {
        'RunOnce: DVDRebootSignal'
    }
    if (Get-RegistryValue 'HKLM:\SYSTEM\CurrentControlSet\Services\Netlogon' JoinDomain) { 'Netlogon: JoinDomain' }
    if ((New-Object -ComObject Microsoft.Update.SystemInfo).RebootRequired) { 'Windows Update Agent: RebootRequired' }
}

# Files that answer Setup's questions. They may hold passwords, and Sysprep takes them before what it is told.
function Get-UnattendFile {
    $places = "$env:SystemRoot\System32\Sysprep\unattend.xml", "$env:SystemRoot\Panther\unattend.xml",
        "$env:SystemRoot\Panther\Unattend\unattend.xml", "$env:SystemDrive\unattend.xml"
    foreach ($place in $places) {
        if (Test-Path -LiteralPath $place) { $place }
    }
}

# The certificates of a builder's: its listeners' own, and those it logs in by.
function Get-BuilderCertificate {
    Get-ChildItem -Path Cert:\LocalMachine\My | Where-Object { $_.FriendlyName -like 'Mintage builder*' }
    Get-ChildItem -Path 'Cert:\LocalMachine\Root', 'Cert:\LocalMachine\TrustedPeople' |
        Where-Object { $_.Subject -like 'CN=Mintage builder*' }
}

# What lets the holder of a certificate in over WinRM as that user.
function Get-CertificateMapping {
    param([string] $Account)
    foreach ($mapping in @(Get-ChildItem -Path WSMan:\localhost\ClientCertificate)) {
        $name = [string](Get-Item -Path "WSMan:\localhost\ClientCertificate\$($mapping.Name)\UserName").Value
        if (($name -split '\\')[-1] -eq $Account) { $mapping }
    }
}
