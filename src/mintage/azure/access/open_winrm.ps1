# Lets the builder in by WinRM over HTTPS: a certificate of this machine's own, a listener that shows it, and a firewall
# rule for its port. Run again, it finds what it made. Prints one JSON object with the certificate (public part, DER).
# Given: $Address, at which the builder reaches this machine, and $Authentication as in the recipe.
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

$name = "Mintage builder $Address"
$port = 5986

function Find-Certificate {
    $now = Get-Date
    Get-ChildItem -Path Cert:\LocalMachine\My |
        Where-Object { $_.FriendlyName -eq $name -and $_.HasPrivateKey -and $_.NotAfter -gt $now.AddDays(1) } |
        Select-Object -First 1
}

# Clients compare the name they connect to with the alternative names (2.5.29.17); 1.3.6.1.5.5.7.3.1 is "server". Valid
# since yesterday, since this machine's clock may go before the builder's until Windows has set it.
function New-Certificate {
    $names = "2.5.29.17={text}IPAddress=$Address&DNS=$env:COMPUTERNAME"
    New-SelfSignedCertificate -Subject "CN=$env:COMPUTERNAME" -FriendlyName $name `
        -CertStoreLocation Cert:\LocalMachine\My -KeyAlgorithm RSA -KeyLength 2048 `
        -NotBefore (Get-Date).AddDays(-1) -NotAfter (Get-Date).AddDays(30) `
        -TextExtension @($names, '2.5.29.37={text}1.3.6.1.5.5.7.3.1')
}

function Get-ListenerThumbprint {
    foreach ($listener in @(Get-ChildItem -Path WSMan:\localhost\Listener)) {
        if (@($listener.Keys) -contains 'Transport=HTTPS') {
            $path = "WSMan:\localhost\Listener\$($listener.Name)\CertificateThumbprint"
            [string](Get-Item -Path $path).Value
        }
    }
}

# A local administrator other than the built-in one has no administrator's rights over the network without this.
function Grant-RemoteRights {
    $policies = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System'
    $present = Get-ItemProperty -Path $policies -Name LocalAccountTokenFilterPolicy -ErrorAction SilentlyContinue
    if (-not $present) {
        Set-BuilderMark TokenPolicySet
        New-ItemProperty -Path $policies -Name LocalAccountTokenFilterPolicy -PropertyType DWord -Value 1 | Out-Null
    }
}

Set-Service -Name WinRM -StartupType Automatic
Start-Service -Name WinRM

$certificate = Find-Certificate
if (-not $certificate) { $certificate = New-Certificate }

if (@(Get-ListenerThumbprint) -notcontains $certificate.Thumbprint) {
    foreach ($listener in @(Get-ChildItem -Path WSMan:\localhost\Listener)) {
        if (@($listener.Keys) -contains 'Transport=HTTPS') {
            Remove-Item -Path "WSMan:\localhost\Listener\$($listener.Name)" -Recurse -Force
        }
    }
    New-Item -Path WSMan:\localhost\Listener -Transport HTTPS -Address * `
        -CertificateThumbPrint $certificate.Thumbprint -Force | Out-Null
}

Grant-RemoteRights
if ($Authentication -eq 'basic') { Set-Item -Path WSMan:\localhost\Service\Auth\Basic -Value $true -Force }

if (-not (Get-NetFirewallRule -Name mintage-winrm-https -ErrorAction SilentlyContinue)) {
    New-NetFirewallRule -Name mintage-winrm-https -DisplayName 'Mintage builder (WinRM over HTTPS)' `
        -Direction Inbound -Action Allow -Protocol TCP -LocalPort $port -Profile Any | Out-Null
}

# A machine that loses its power now lets the builder in again.
Write-ToDisk

@{
    certificate  = [Convert]::ToBase64String($certificate.RawData)
    thumbprint   = $certificate.Thumbprint
    computerName = $env:COMPUTERNAME
    port         = $port
} | ConvertTo-Json -Compress
