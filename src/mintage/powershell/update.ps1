# One round of Windows Update: searches, downloads, installs. Runs as SYSTEM: the Windows Update Agent does not let
# remote callers download or install. Goes behind system.ps1.
# Given: $Categories, $Include, $Exclude, lists of names and of KB numbers; an empty list means all, or none excluded.
# Says what it does line by line, then prints one JSON object.

function Get-Kb {
    param($Update)
    @($Update.KBArticleIDs | ForEach-Object { "KB$_" })
}

function Test-Wanted {
    param($Update)
    $kbs = @(Get-Kb $Update)
    $names = @($Update.Categories | ForEach-Object { $_.Name })
    $unwanted = @($kbs | Where-Object { $Exclude -contains $_ }).Count -gt 0
    $included = @($Include).Count -eq 0 -or @($kbs | Where-Object { $Include -contains $_ }).Count -gt 0
    $ofCategory = @($Categories).Count -eq 0 -or @($names | Where-Object { $Categories -contains $_ }).Count -gt 0
    $included -and $ofCategory -and -not $unwanted
}

function Find-Update {
    param($Session)
    $found = $Session.CreateUpdateSearcher().Search("IsInstalled=0 and IsHidden=0 and Type='Software'")
    $wanted = New-Object -ComObject Microsoft.Update.UpdateColl
    foreach ($update in @($found.Updates)) {
        # What asks somebody at the screen cannot be installed by a build.
        if ((Test-Wanted $update) -and -not $update.InstallationBehavior.CanRequestUserInput) {
            if (-not $update.EulaAccepted) { $update.AcceptEula() | Out-Null }
            $wanted.Add($update) | Out-Null
        }
    }
    , $wanted
}

# Another installation, also one begun before a connection broke, must end first.
function Wait-Installer {
    param($Installer)
    while ($Installer.IsBusy) {
        Write-Output 'waiting for another installation of updates to end'
        Start-Sleep -Seconds 10
    }
}

# Result codes of the Windows Update Agent (OperationResultCode): 2 succeeded, 3 succeeded with errors.
$succeeded = 2, 3
$session = New-Object -ComObject Microsoft.Update.Session
$session.ClientApplicationID = 'Mintage'
$installer = $session.CreateUpdateInstaller()
Wait-Installer $installer

Write-Output 'searching for updates'
$wanted = Find-Update $session
$installed = @()
$failed = @()
$restart = $false
if ($wanted.Count -gt 0) {
    foreach ($update in @($wanted)) { Write-Output "found: $($update.Title)" }
    $downloader = $session.CreateUpdateDownloader()
    $downloader.Updates = $wanted
    Write-Output "downloading $($wanted.Count) updates"
    $downloader.Download() | Out-Null
    $installer.Updates = $wanted
    Write-Output "installing $($wanted.Count) updates"
    $result = $installer.Install()
    $restart = [bool]$result.RebootRequired
    for ($index = 0; $index -lt $wanted.Count; $index++) {
        $update = $wanted.Item($index)
        $one = $result.GetUpdateResult($index)
        $kb = @(Get-Kb $update) -join ' '
        if ($succeeded -contains [int]$one.ResultCode) {
            $installed += @{ kb = $kb; title = [string]$update.Title }
            Write-Output "installed: $($update.Title)"
        }
        else {
            $code = '0x{0:X8}' -f $one.HResult
            $failed += @{ kb = $kb; title = [string]$update.Title; code = $code }
            Write-Output "failed with ${code}: $($update.Title)"
        }
    }
}
$pending = @(Get-PendingReboot)
@{
    found     = $wanted.Count
    installed = @($installed)
    failed    = @($failed)
    restart   = ($restart -or $pending.Count -gt 0)
} | ConvertTo-Json -Compress -Depth 3
