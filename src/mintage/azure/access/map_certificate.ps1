# Lets the builder log in over WinRM by a certificate of its own, which stands for its account. Run again, it makes the
# mapping anew. Given: $User; $Certificate (DER in base64), which names its owner $Subject (UPN); and $Password of the
# account, encrypted for the certificate of this machine's listener, since Azure keeps this text on the disk. Prints one
# JSON object. Windows keeps the password with the mapping, to log the account on with.
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

# It signed itself: it must be a trusted root for TLS to take it, and a trusted person for the mapping to.
function Import-ClientCertificate {
    $file = "$env:SystemRoot\Temp\mintage-client.cer"
    [System.IO.File]::WriteAllBytes($file, [Convert]::FromBase64String($Certificate))
    try {
        foreach ($store in 'Root', 'TrustedPeople') {
            Import-Certificate -FilePath $file -CertStoreLocation "Cert:\LocalMachine\$store"
        }
    }
    finally { Remove-Item -LiteralPath $file -Force }
}

function Remove-Mapping {
    param([string] $Issuer)
    foreach ($mapping in @(Get-ChildItem -Path WSMan:\localhost\ClientCertificate)) {
        if (@($mapping.Keys) -contains "Issuer=$Issuer") {
            Remove-Item -Path "WSMan:\localhost\ClientCertificate\$($mapping.Name)" -Recurse -Force
        }
    }
}

function Enable-CertificateLogin {
    $setting = 'WSMan:\localhost\Service\Auth\Certificate'
    if ((Get-Item -Path $setting).Value -ne 'true') {
        Set-BuilderMark CertificateLoginSet
        Set-Item -Path $setting -Value $true -Force
    }
}

$issuer = @(Import-ClientCertificate)[0].Thumbprint
$plain = Unprotect-CmsMessage -Content $Password
$credential = New-Object -TypeName System.Management.Automation.PSCredential -ArgumentList $User, (
    ConvertTo-SecureString -String $plain -AsPlainText -Force)

Remove-Mapping $issuer
New-Item -Path WSMan:\localhost\ClientCertificate -Subject $Subject -URI * -Issuer $issuer `
    -Credential $credential -Force | Out-Null
Enable-CertificateLogin

# A machine that loses its power now lets the builder in again.
Write-ToDisk

@{ issuer = $issuer } | ConvertTo-Json -Compress
