# What this Windows is, and what is installed in it: updates, features, programs. Goes behind system.ps1.
$packages = New-Object System.Collections.ArrayList

function Add-Package {
    param([string] $Name, [string] $Version)
    if ($Name) { $packages.Add(@{ name = $Name; version = $Version }) | Out-Null }
}

$hotFixes = @(Get-HotFix | ForEach-Object { [string]$_.HotFixID } | Where-Object { $_ })
foreach ($id in $hotFixes) { Add-Package $id 'installed' }

# What Windows Update installed and is no hotfix: tools, definitions. Where the service is off, there is no history.
function Get-UpdateHistory {
    $searcher = (New-Object -ComObject Microsoft.Update.Session).CreateUpdateSearcher()
    $count = $searcher.GetTotalHistoryCount()
    if ($count -gt 0) { $searcher.QueryHistory(0, $count) }
}

function Test-HotFix {
    param([string] $Title)
    @($hotFixes | Where-Object { $Title.Contains($_) }).Count -gt 0
}

$history = @()
try { $history = @(Get-UpdateHistory) } catch { $history = @() }
foreach ($entry in $history) {
    # Operation 1 is an installation; result 2 is success, 3 success with errors.
    $installed = $entry.Operation -eq 1 -and 2, 3 -contains [int]$entry.ResultCode
    if ($installed -and -not (Test-HotFix $entry.Title)) { Add-Package $entry.Title 'installed' }
}

if (Get-Command -Name Get-WindowsFeature -ErrorAction SilentlyContinue) {
    foreach ($feature in @(Get-WindowsFeature | Where-Object { $_.Installed })) {
        Add-Package "feature $($feature.Name)" 'installed'
    }
}

$places = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall',
    'HKLM:\SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Uninstall'
foreach ($place in $places) {
    if (Test-Path -Path $place) {
        foreach ($key in @(Get-ChildItem -Path $place)) {
            $path = "$place\$($key.PSChildName)"
            $name = [string](Get-RegistryValue $path DisplayName)
            Add-Package $name ([string](Get-RegistryValue $path DisplayVersion))
        }
    }
}

$current = 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion'
$build = "10.0.$(Get-RegistryValue $current CurrentBuildNumber).$(Get-RegistryValue $current UBR)"
@{
    system       = "$(Get-RegistryValue $current ProductName) $build"
    installation = [string](Get-RegistryValue $current InstallationType)
    packages     = @($packages)
} | ConvertTo-Json -Compress -Depth 3
