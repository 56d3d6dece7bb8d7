"""Network, firewall, accounts and certificates, by the commands that scripts use for them."""

from __future__ import annotations

import pytest

from tests.support.script_guest import ScriptGuest


def test_the_network_and_its_firewall(guest: ScriptGuest) -> None:
    script = """
        (Get-NetIPAddress -AddressFamily IPv4 | Where-Object IPAddress -ne 127.0.0.1).IPAddress
        "$((Get-NetAdapter).Status) $((Get-NetConnectionProfile).NetworkCategory)"
        Set-NetConnectionProfile -NetworkCategory Private
        (Get-NetConnectionProfile).NetworkCategory
        New-NetFirewallRule -DisplayName 'Web' -Name web -Direction Inbound -Protocol TCP -LocalPort 80 -Action Allow |
            ForEach-Object { "$($_.Name) $($_.Enabled) $($_.Direction) $($_.Action)" }
        (Get-NetFirewallRule -DisplayName Web | Get-NetFirewallPortFilter).LocalPort
        Disable-NetFirewallRule -Name web
        (Get-NetFirewallRule -Name web).Enabled
        Remove-NetFirewallRule -Name web
        try { Get-NetFirewallRule -Name web -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }
        Set-NetFirewallProfile -Profile Domain, Public, Private -Enabled False
        (Get-NetFirewallProfile -Name Public).Enabled
        Test-Connection localhost -Quiet -Count 1
        Test-Connection elsewhere.example -Quiet -Count 1
    """
    assert guest.prints(script) == [
        "10.0.0.4", "Up Public", "Private", "web True Inbound Allow", "80", "False",
        "CmdletizationQuery_NotFound_InstanceID,Get-NetFirewallRule", "False", "True", "False",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("script", "message"),
    [
        (
            "Invoke-WebRequest https://example.org/x -UseBasicParsing",
            "The remote name could not be resolved: 'example.org'",
        ),
        ("Invoke-RestMethod http://10.9.9.9/", "Unable to connect to the remote server"),
        (
            r"(New-Object Net.WebClient).DownloadFile('https://example.org/a.zip', 'C:\a.zip')",
            (
                'Exception calling "DownloadFile" with "2" argument(s): "The remote name could not be resolved: '
                "'example.org'\""
            ),
        ),
    ],
)
def test_there_is_no_way_out(guest: ScriptGuest, script: str, message: str) -> None:
    before = "[Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12; "
    asked = f"{before}try {{ {script} }} catch [System.Net.WebException] {{ $_.Exception.Message }}"
    assert guest.prints(asked) == [message]


def test_accounts_and_groups(guest: ScriptGuest) -> None:
    script = r"""
        $password = ConvertTo-SecureString 'Str0ng-Enough!' -AsPlainText -Force
        New-LocalUser -Name ann -Password $password -FullName 'Ann A' | ForEach-Object { "$($_.Name) $($_.Enabled)" }
        Add-LocalGroupMember -Group Administrators -Member ann
        (Get-LocalGroupMember Administrators).Name -like '*\ann' -replace '^.*\\'
        (Get-LocalUser ann).SID.Value -match '^S-1-5-21-(\d+-){3}\d+$'
        Set-LocalUser ann -Description 'changed' -PasswordNeverExpires $true
        Disable-LocalUser ann
        "$((Get-LocalUser ann).Description) $((Get-LocalUser ann).Enabled)"
        Rename-LocalUser ann -NewName bea
        (New-LocalGroup Ops).Name
        Add-LocalGroupMember Ops bea
        @(Get-LocalGroupMember Ops).Count
        Remove-LocalGroup Ops
        $weak = ConvertTo-SecureString 'a' -AsPlainText -Force
        foreach ($act in { New-LocalUser weak -Password $weak }, { New-LocalUser bea -NoPassword },
            { Get-LocalUser nobody }, { Add-LocalGroupMember Administrators bea }) {
            try { $ErrorActionPreference = 'Stop'; & $act } catch { $_.FullyQualifiedErrorId }
        }
        Remove-LocalUser bea
        (Get-LocalUser).Name -contains 'bea'
        (New-Object System.Management.Automation.PSCredential 'ann', $password).GetNetworkCredential().Password
    """
    assert guest.prints(script) == [
        "ann True", "ann", "True", "changed False", "Ops", "1",
        "InvalidPassword,Microsoft.PowerShell.Commands.NewLocalUserCommand",
        "UserExists,Microsoft.PowerShell.Commands.NewLocalUserCommand",
        "UserNotFound,Microsoft.PowerShell.Commands.GetLocalUserCommand",
        "MemberExists,Microsoft.PowerShell.Commands.AddLocalGroupMemberCommand", "False", "Str0ng-Enough!",
    ]  # fmt: skip


def test_a_certificate_is_made_exported_and_imported(guest: ScriptGuest) -> None:
    script = r"""
        $made = New-SelfSignedCertificate -DnsName a.example, b.example -CertStoreLocation Cert:\LocalMachine\My
        "$($made.Subject) $($made.HasPrivateKey) $($made.DnsNameList.Unicode -join ',') $($made.Thumbprint.Length)"
        $path = "Cert:\LocalMachine\My\$($made.Thumbprint)"
        "$(Test-Path $path) $((Get-Item $path).NotAfter -gt (Get-Date))"
        (Export-Certificate -Cert $made -FilePath C:\c.cer).Name
        (Import-Certificate C:\c.cer -CertStoreLocation Cert:\LocalMachine\Root).Thumbprint -eq $made.Thumbprint
        $password = ConvertTo-SecureString 'pw' -AsPlainText -Force
        (Export-PfxCertificate -Cert $made -FilePath C:\c.pfx -Password $password).Name
        Remove-Item $path
        Test-Path $path
        (Import-PfxCertificate C:\c.pfx -CertStoreLocation Cert:\LocalMachine\My -Password $password).HasPrivateKey
        (Get-PfxCertificate C:\c.cer).Subject
        (New-Object System.Security.Cryptography.X509Certificates.X509Certificate2 'C:\c.pfx', 'pw').HasPrivateKey
        try { New-Object System.Security.Cryptography.X509Certificates.X509Certificate2 'C:\c.pfx', 'wrong' }
        catch { $_.Exception.InnerException.GetType().Name }
    """
    assert guest.prints(script) == [
        "CN=a.example True a.example,b.example 40", "True True", "c.cer", "True", "c.pfx", "False", "True",
        "CN=a.example", "True", "CryptographicException",
    ]  # fmt: skip
