"""Windows Update's COM objects, as scripts use them."""

from pathlib import Path

import pytest

from localazure.windows.machine.machine import Machine
from tests.support.powershell_machine import made, powershell


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return made(tmp_path)


SEARCH = (
    "$found = (New-Object -ComObject Microsoft.Update.Session).CreateUpdateSearcher().Search('IsInstalled=0').Updates"
)


@pytest.mark.parametrize(
    ("script", "printed"),
    [
        ("$found.Count -eq @($found).Count", "True\n"),
        ("@($found | ForEach-Object { $_.Title }).Count -eq $found.Count", "True\n"),
        ("function Pass { , $found }; $kept = Pass; $kept.Count -eq $found.Count", "True\n"),
        ("$found.Item(0).KBArticleIDs", "5046616\n"),
        ("try { $found.Item(99) } catch { '{0:X8}' -f $_.Exception.GetBaseException().HResult }", "80240007\n"),
        ("$some = New-Object -ComObject Microsoft.Update.UpdateColl; $some.Add($found.Item(1)); $some.Count", "0\n1\n"),
        ("$some = $found.Copy(); $some.RemoveAt(0); $found.Count - $some.Count", "1\n"),
    ],
)
def test_updates_are_a_collection(machine: Machine, script: str, printed: str) -> None:
    assert powershell(machine, f"{SEARCH}\n{script}") == printed


def test_what_is_downloaded_can_be_installed(machine: Machine) -> None:
    script = """
        $session = New-Object -ComObject Microsoft.Update.Session
        $updates = $session.CreateUpdateSearcher().Search("IsInstalled=0 and Type='Software'").Updates
        $installer = $session.CreateUpdateInstaller()
        $installer.Updates = $updates
        $installer.Install().ResultCode
        $downloader = $session.CreateUpdateDownloader()
        $downloader.Updates = $updates
        $downloader.Download().ResultCode
        $result = $installer.Install()
        "$($result.ResultCode) $($result.RebootRequired) $($result.GetUpdateResult(0).ResultCode)"
    """
    assert powershell(machine, script) == "4\n2\n2 True 2\n"
    assert machine.updates.reboot_required
    assert powershell(machine, "@(Get-HotFix).Count -gt 0") == "True\n"
