"""Features, AppX packages, BitLocker, CIM, the event log and Windows Update, by the commands that scripts use."""

from __future__ import annotations

from localazure.windows.machine.appx import AppxPackage
from tests.support.script_guest import ScriptGuest


def test_a_role_is_installed_and_removed(guest: ScriptGuest) -> None:
    script = """
        (Get-WindowsFeature Web-Server).Installed
        $result = Install-WindowsFeature Web-Server -IncludeManagementTools
        "$($result.Success) $($result.RestartNeeded) $($result.ExitCode) $((Get-Service W3SVC).Status)"
        Test-Path C:\\inetpub\\wwwroot
        (Install-WindowsFeature Web-Server).ExitCode
        (Uninstall-WindowsFeature Web-Server).Success
        try { Install-WindowsFeature Nope -ErrorAction Stop } catch { $_.Exception.Message; $_.FullyQualifiedErrorId }
        (Get-WindowsFeature Web-Server).InstallState
    """
    assert guest.prints(script) == [
        "False", "True No Success Running", "True", "NoChangeNeeded", "True",
        "ArgumentNotValid: The role, role service, or feature name is not valid: 'Nope'. The name was not found.",
        "NameDoesNotExist,Microsoft.Windows.ServerManager.Commands.AddWindowsFeatureCommand", "Available",
    ]  # fmt: skip


def test_an_appx_package_is_listed_and_removed(guest: ScriptGuest) -> None:
    package = AppxPackage(name="Contoso.App", version="1.2.0.0", publisher_id="abc")
    guest.machine.appx.install(package, guest.administrator().sid)
    script = """
        $found = Get-AppxPackage -Name Contoso.*
        "$($found.Name) $($found.Version) $($found.PackageFullName)"
        (Get-AppxPackage -AllUsers -Name Contoso.App).PackageUserInformation[0].InstallState
        $found | Remove-AppxPackage
        @(Get-AppxPackage -AllUsers -Name Contoso.App).Count
        try { Remove-AppxPackage Contoso.App_1.2.0.0_x64__abc -ErrorAction Stop }
        catch { $_.Exception.Message -match '0x80073CF1' }
    """
    assert guest.prints(script) == ["Contoso.App 1.2.0.0 Contoso.App_1.2.0.0_x64__abc", "Installed", "0", "True"]


def test_a_volume_is_decrypted(guest: ScriptGuest) -> None:
    assert guest.prints("Get-Command Get-BitLockerVolume -ErrorAction SilentlyContinue") == []
    guest.run("Install-WindowsFeature BitLocker")
    guest.machine.volumes.encrypt("C")
    script = """
        $volume = Get-BitLockerVolume -MountPoint C:
        "$($volume.VolumeStatus) $($volume.ProtectionStatus) $($volume.EncryptionPercentage)"
        Disable-BitLocker -MountPoint C: | Out-Null
        while ((Get-BitLockerVolume C:).VolumeStatus -ne 'FullyDecrypted') { Start-Sleep -Milliseconds 100 }
        (Get-BitLockerVolume C:).EncryptionPercentage
    """
    assert guest.prints(script) == ["FullyEncrypted On 100", "0"]


def test_virtual_switches_come_with_hyper_v_and_go(guest: ScriptGuest) -> None:
    assert guest.prints("Get-Command Get-VMSwitch -ErrorAction SilentlyContinue") == []
    guest.run("Install-WindowsFeature Hyper-V")
    script = """
        New-VMSwitch -Name inside -SwitchType Internal | Out-Null
        New-VMSwitch -Name outside -NetAdapterName Ethernet | Out-Null
        Get-VMSwitch | ForEach-Object { "$($_.Name) $($_.SwitchType)" }
        Get-VMSwitch out* | Remove-VMSwitch -Force
        (Get-VMSwitch).Name
        try { Get-VMSwitch outside -ErrorAction Stop } catch { $_.Exception.Message }
    """
    assert guest.prints(script) == [
        "inside Internal",
        "outside External",
        "inside",
        'Hyper-V was unable to find a virtual switch with name "outside".',
    ]


def test_cim_and_wmi_tell_of_the_machine(guest: ScriptGuest) -> None:
    script = """
        $os = Get-CimInstance Win32_OperatingSystem
        "$($os.Version) $($os.BuildNumber) $($os.LastBootUpTime.GetType().Name) $($os.CSName -eq $env:COMPUTERNAME)"
        (Get-WmiObject Win32_OperatingSystem).LastBootUpTime -match '^\\d{14}\\.\\d{6}\\+\\d{3}$'
        (Get-CimInstance Win32_ComputerSystem).PartOfDomain
        (Get-CimInstance -ClassName Win32_LogicalDisk -Filter "DeviceID='C:'").Size -gt 1GB
        (Get-CimInstance -Query "SELECT Name FROM Win32_Service WHERE Name='WinRM'").Name
        $line = @{ CommandLine = 'cmd.exe /c exit' }
        (Invoke-CimMethod -ClassName Win32_Process -MethodName Create -Arguments $line).ReturnValue
        (Get-CimInstance Win32_NetworkAdapterConfiguration -Filter 'IPEnabled=true').IPAddress[0]
        (Get-CimInstance SoftwareLicensingService).RemainingWindowsReArmCount
        foreach ($ask in { Get-CimInstance Win32_Nope }, { Get-WmiObject Win32_Nope }) {
            try { $ErrorActionPreference = 'Stop'; & $ask }
            catch { $_.Exception.Message.Trim(); $_.FullyQualifiedErrorId }
        }
        (Get-ComputerInfo -Property WindowsProductName).WindowsProductName
        @(Get-HotFix).Count -ge 0
    """
    assert guest.prints(script) == [
        "10.0.20348 20348 DateTime True", "True", "False", "True", "WinRM", "0", "10.0.0.4", "1001", "Invalid class",
        "HRESULT 0x80041010,Microsoft.Management.Infrastructure.CimCmdlets.GetCimInstanceCommand",
        'Invalid class "Win32_Nope"', "GetWMIManagementException,Microsoft.PowerShell.Commands.GetWmiObjectCommand",
        "Windows Server 2022 Datacenter (model)", "True",
    ]  # fmt: skip


def test_events_are_written_found_and_cleared(guest: ScriptGuest) -> None:
    script = """
        New-EventLog -LogName Application -Source Mine
        Write-EventLog -LogName Application -Source Mine -EventId 42 -EntryType Warning -Message 'watch out'
        Get-EventLog -LogName Application -Source Mine -Newest 1 |
            ForEach-Object { "$($_.EventID) $($_.EntryType) $($_.Message)" }
        Get-WinEvent -FilterHashtable @{ LogName = 'Application'; Id = 42 } |
            ForEach-Object { "$($_.Id) $($_.LevelDisplayName) $($_.ProviderName) $($_.Message)" }
        (Get-WinEvent -LogName System -MaxEvents 1).LogName
        foreach ($ask in { Get-WinEvent -LogName Nope },
            { Get-WinEvent -FilterHashtable @{ LogName = 'System'; Id = 999 } },
            { Write-EventLog -LogName Application -Source Unknown -EventId 1 -Message x }) {
            try { $ErrorActionPreference = 'Stop'; & $ask } catch { $_.Exception.Message }
        }
        Clear-EventLog -LogName Application
        (Get-WinEvent -ListLog Application).RecordCount
        (Get-EventLog -List).Log -contains 'System'
    """
    assert guest.prints(script) == [
        "42 Warning watch out", "42 Warning Mine watch out", "System",
        'There is not an event log on the localhost computer that matches "Nope".',
        "No events were found that match the specified selection criteria.",
        'The source name "Unknown" does not exist on computer "localhost".', "0", "True",
    ]  # fmt: skip


def test_the_update_session_searches_and_refuses_remote_callers_the_rest(guest: ScriptGuest) -> None:
    script = """
        $session = New-Object -ComObject Microsoft.Update.Session
        $result = $session.CreateUpdateSearcher().Search("IsInstalled=0 and Type='Software'")
        "$($result.ResultCode) $($result.Updates.Count -gt 0) $($result.Updates.Item(0).IsDownloaded)"
        try { $session.CreateUpdateDownloader() } catch { '0x{0:X8}' -f $_.Exception.InnerException.HResult }
        (New-Object -ComObject Microsoft.Update.SystemInfo).RebootRequired
    """
    assert guest.prints(script) == ["2 True False", "0x80070005", "False"]
    as_system = guest.as_system("(New-Object -ComObject Microsoft.Update.Session).CreateUpdateDownloader() -ne $null")
    assert as_system.output == "True\n"


def test_defender_keeps_its_settings_in_the_registry(guest: ScriptGuest) -> None:
    script = r"""
        Add-MpPreference -ExclusionPath 'C:\build', 'C:\tools' -ExclusionExtension .iso
        Set-MpPreference -DisableRealtimeMonitoring $true -ScanAvgCPULoadFactor 20
        Remove-MpPreference -ExclusionPath C:\tools, C:\never
        $it = Get-MpPreference
        "$($it.ExclusionPath) $($it.ExclusionExtension) $($null -eq $it.ExclusionProcess) $($it.ScanAvgCPULoadFactor)"
        (Get-ItemProperty 'HKLM:\SOFTWARE\Microsoft\Windows Defender\Exclusions\Paths').'C:\build'
        Set-MpPreference -ExclusionPath D:\other
        (Get-MpPreference).ExclusionPath
        $status = Get-MpComputerStatus
        "$($status.AntivirusEnabled) $($status.RealTimeProtectionEnabled)"
        Set-MpPreference -DisableRealtimeMonitoring $false
        (Get-MpComputerStatus).RealTimeProtectionEnabled
    """
    assert guest.prints(script) == [r"C:\build .iso True 20", "0", r"D:\other", "True False", "True"]
