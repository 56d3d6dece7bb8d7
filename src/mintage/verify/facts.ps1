# What a VM booted from the image is, and what of the build is left in it. Goes behind system.ps1.
# Given: $BuildUser, and $Own: the thumbprints of the certificates that this VM has for its own proof.

# The machine's own SID is what the SIDs of its accounts begin with.
function Get-MachineSid {
    $account = @(Get-LocalUser | Where-Object { [string]$_.SID -like '*-500' })[0]
    [string]$account.SID -replace '-500$', ''
}

function Get-UnattendSecret {
    foreach ($file in @(Get-UnattendFile)) {
        # Setup blots out what it used; what is left between such marks is somebody's password.
        $text = Get-Content -LiteralPath $file -Raw
        $left = $text -replace '<\w*Password>\s*(<Value>)?\*SENSITIVE\*DATA\*DELETED\*', ''
        if ($left -match '<\w*Password>') { $file }
    }
}

function Get-OtherListener {
    foreach ($listener in @(Get-ChildItem -Path WSMan:\localhost\Listener)) {
        if (@($listener.Keys) -contains 'Transport=HTTPS') {
            $path = "WSMan:\localhost\Listener\$($listener.Name)\CertificateThumbprint"
            $thumbprint = [string](Get-Item -Path $path).Value
            if ($Own -notcontains $thumbprint) { "listener with certificate $thumbprint" }
        }
    }
}

function Get-OtherCertificate {
    foreach ($certificate in @(Get-BuilderCertificate)) {
        if ($Own -notcontains $certificate.Thumbprint) { "certificate $($certificate.Thumbprint)" }
    }
}

$services = [ordered]@{}
foreach ($name in 'RdAgent', 'WindowsAzureGuestAgent') {
    $service = Get-Service -Name $name -ErrorAction SilentlyContinue
    $services[$name] = $(if ($service) { [string]$service.Status } else { 'not installed' })
}
$mappings = @(Get-CertificateMapping $BuildUser | ForEach-Object { "mapping $($_.Name) to $BuildUser" })
$profiles = @(Get-CimInstance -ClassName Win32_UserProfile |
    Where-Object { (Split-Path -Path $_.LocalPath -Leaf) -like "$BuildUser*" } | ForEach-Object { $_.LocalPath })
$tasks = @(Get-ScheduledTask | Where-Object { $_.TaskName -like 'Mintage*' } | ForEach-Object { $_.TaskName })

@{
    image_state    = Get-ImageState
    machine_sid    = Get-MachineSid
    computer_name  = $env:COMPUTERNAME
    unattend       = @(Get-UnattendSecret)
    accounts       = @(Get-LocalUser | Where-Object { $_.Name -eq $BuildUser } | ForEach-Object { $_.Name })
    profiles       = $profiles
    tasks          = $tasks
    access         = @(@(Get-OtherCertificate) + @(Get-OtherListener) + $mappings)
    pending_reboot = @(Get-PendingReboot)
    services       = $services
} | ConvertTo-Json -Compress -Depth 3
