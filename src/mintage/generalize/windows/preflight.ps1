# Asks what Sysprep, and Azure, need of this machine. Changes nothing. Prints for each question what was seen, which is
# nothing when all is well. Goes behind system.ps1.
$seen = [ordered]@{}

# A question that fails could not tell, which is no pass.
function Add-Answer {
    param([string] $Name, [scriptblock] $Ask)
    try { $seen[$Name] = (@(& $Ask) -join "`n") }
    catch { $seen[$Name] = "could not be asked: $($_.Exception.Message)" }
}

# Every one of these runs in the guest: a client Windows has no roles, a server without the feature no BitLocker.
function Test-CommandPresent {
    param([string] $Name)
    [bool](Get-Command -Name $Name -ErrorAction SilentlyContinue)
}

function Get-InstalledRole {
    if (Test-CommandPresent Get-WindowsFeature) {
        @(Get-WindowsFeature | Where-Object { $_.Installed } | ForEach-Object { $_.Name })
    }
}

$roles = @(Get-InstalledRole)

Add-Answer 'image-state' {
    $state = Get-ImageState
    if ($state -ne 'IMAGE_STATE_COMPLETE') { "ImageState is $state" }
}
Add-Answer 'pending-reboot' { Get-PendingReboot }
Add-Answer 'servicing-idle' {
    Get-Process -Name TiWorker -ErrorAction SilentlyContinue | ForEach-Object { "TiWorker runs, process $($_.Id)" }
}
Add-Answer 'bitlocker' {
    if (Test-CommandPresent Get-BitLockerVolume) {
        Get-BitLockerVolume | Where-Object { [string]$_.VolumeStatus -ne 'FullyDecrypted' } |
            ForEach-Object { "$($_.MountPoint) is $($_.VolumeStatus), protection $($_.ProtectionStatus)" }
    }
}
Add-Answer 'appx' {
    if (Test-CommandPresent Get-AppxPackage) {
        $provisioned = @(Get-AppxProvisionedPackage -Online | ForEach-Object { $_.DisplayName })
        Get-AppxPackage -AllUsers | Where-Object {
            [string]$_.SignatureKind -ne 'System' -and -not $_.IsFramework -and $provisioned -notcontains $_.Name -and
            @($_.PackageUserInformation | Where-Object { [string]$_.InstallState -eq 'Installed' }).Count -gt 0
        } | ForEach-Object { $_.PackageFullName }
    }
}
Add-Answer 'rearm-count' {
    $left = (Get-CimInstance -ClassName SoftwareLicensingService).RemainingWindowsReArmCount
    if ($left -lt 1) { "RemainingWindowsReArmCount is $left" }
}
Add-Answer 'skip-rearm' {
    $key = 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SoftwareProtectionPlatform'
    if (Get-RegistryValue $key SkipRearm) { 'SkipRearm is set' }
}
Add-Answer 'workgroup' {
    $computer = Get-CimInstance -ClassName Win32_ComputerSystem
    if ($computer.PartOfDomain) { "member of the domain $($computer.Domain)" }
}
Add-Answer 'in-place-upgrade' {
    # Setup keeps a key for each system this one was made of by an upgrade.
    $build = [int](Get-RegistryValue 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion' CurrentBuildNumber)
    $before = @(Get-ChildItem -Path HKLM:\SYSTEM\Setup | Where-Object { $_.PSChildName -like 'Source OS*' })
    if ($before.Count -gt 0 -and $build -lt 14393) { "build $build was upgraded in place" }
}
Add-Answer 'agent-providers' {
    $key = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Setup\SysPrepExternal\Generalize'
    if (Test-Path -Path $key) {
        $item = Get-Item -Path $key
        foreach ($name in $item.Property) {
            $file = ([string](Get-RegistryValue $key $name)).Split(',')[0]
            $path = [Environment]::ExpandEnvironmentVariables($file)
            if ($path -notlike '*\*') { $path = "$env:SystemRoot\System32\$path" }
            if (-not (Test-Path -LiteralPath $path)) { "$name names $path, which does not exist" }
        }
    }
}
Add-Answer 'server-roles' {
    # Microsoft's table "Sysprep support for server roles".
    $unsupported = 'AD-Certificate', 'AD-Domain-Services', 'ADFS-Federation', 'ADLDS', 'ADRMS', 'DHCP', 'Fax', 'NPAS',
        'UpdateServices'
    $unsupported | Where-Object { $roles -contains $_ }
}
Add-Answer 'hyper-v-networks' {
    if ($roles -contains 'Hyper-V' -and (Test-CommandPresent Get-VMSwitch)) {
        Get-VMSwitch | ForEach-Object { "virtual network $($_.Name)" }
    }
}
Add-Answer 'iis-credentials' {
    $configuration = "$env:SystemRoot\System32\inetsrv\config\applicationHost.config"
    if ($roles -contains 'Web-Server' -and (Test-Path -LiteralPath $configuration)) {
        # The machine's own key encrypts them, and Sysprep makes a new one.
        Select-String -LiteralPath $configuration -Pattern '\[enc:' | ForEach-Object { "line $($_.LineNumber)" }
    }
}
Add-Answer 'deployment-services' {
    $setup = Get-RegistryValue 'HKLM:\SYSTEM\CurrentControlSet\Services\WDSServer\Parameters' ConfiguredBySetup
    if ($roles -contains 'WDS' -and $setup) { 'WDS is initialized' }
}
Add-Answer 'removable-storage' {
    $policy = 'HKLM:\SOFTWARE\Policies\Microsoft\Windows\RemovableStorageDevices'
    foreach ($name in 'Deny_All', 'Deny_Read') {
        if (Get-RegistryValue $policy $name) { "$name is set" }
    }
}
Add-Answer 'defender-onboarded' {
    $status = 'HKLM:\SOFTWARE\Microsoft\Windows Advanced Threat Protection\Status'
    if (Get-RegistryValue $status OnboardingState) { 'onboarded to Defender for Endpoint' }
}
Add-Answer 'agent' {
    foreach ($name in 'RdAgent', 'WindowsAzureGuestAgent') {
        $service = Get-Service -Name $name -ErrorAction SilentlyContinue
        if (-not $service) { "$name is not installed" }
        elseif ([string]$service.Status -ne 'Running') { "$name is $($service.Status)" }
    }
    $service = Get-Service -Name WindowsAzureTelemetryService -ErrorAction SilentlyContinue
    if ($service -and [string]$service.Status -ne 'Running') { "WindowsAzureTelemetryService is $($service.Status)" }
}
Add-Answer 'cdrom' {
    $start = Get-RegistryValue 'HKLM:\SYSTEM\CurrentControlSet\Services\cdrom' Start
    if ($start -ne 1) { "the service cdrom starts by $start" }
}
Add-Answer 'update-service' {
    # Sysprep stops for ever at wuaueng.dll when it cannot start the service.
    $service = Get-Service -Name wuauserv -ErrorAction SilentlyContinue
    if ($service -and [string]$service.StartType -eq 'Disabled') { 'wuauserv is disabled' }
}
Add-Answer 'unattend' { Get-UnattendFile }
Add-Answer 'panther' {
    $panther = "$env:SystemRoot\Panther"
    if (Test-Path -LiteralPath $panther) { "$panther is from this machine's own setup" }
}

@{ seen = $seen } | ConvertTo-Json -Compress
