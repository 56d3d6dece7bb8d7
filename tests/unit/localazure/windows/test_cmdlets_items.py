"""The registry, files, archives and the other drives, by the commands that scripts use for them."""

from __future__ import annotations

import pytest

from tests.support.script_guest import ScriptGuest


def test_a_key_of_the_registry_is_made_filled_read_and_removed(guest: ScriptGuest) -> None:
    script = r"""
        New-Item HKLM:\SOFTWARE\Contoso\App -Force | ForEach-Object { $_.Name; $_.PSChildName }
        New-ItemProperty HKLM:\SOFTWARE\Contoso\App -Name Count -Value 7 -PropertyType DWord | ForEach-Object Count
        Set-ItemProperty HKLM:\SOFTWARE\Contoso\App -Name Title -Value 'text'
        Set-ItemProperty HKLM:\SOFTWARE\Contoso\App -Name Many -Value @('a', 'b')
        Set-ItemProperty HKLM:\SOFTWARE\Contoso\App -Name Blob -Value ([byte[]](1, 2)) -Type Binary
        New-ItemProperty HKLM:\SOFTWARE\Contoso\App -Name Path -Value '%SystemRoot%\x' -PropertyType ExpandString |
            Out-Null
        $key = Get-ItemProperty HKLM:\SOFTWARE\Contoso\App
        "$($key.Count) $($key.Title) $($key.Many -join '+') $($key.Blob -join '-') $($key.Path)"
        Get-ItemPropertyValue HKLM:\SOFTWARE\Contoso\App -Name Count
        (Get-Item HKLM:\SOFTWARE\Contoso\App).GetValueKind('Many')
        (Get-Item HKLM:\SOFTWARE\Contoso\App).Property -join ','
        Rename-ItemProperty HKLM:\SOFTWARE\Contoso\App -Name Title -NewName Caption
        Remove-ItemProperty HKLM:\SOFTWARE\Contoso\App -Name Count
        Copy-Item HKLM:\SOFTWARE\Contoso\App HKLM:\SOFTWARE\Contoso\Copy -Recurse
        (Get-ChildItem HKLM:\SOFTWARE\Contoso).PSChildName -join ','
        (Get-ItemProperty HKLM:\SOFTWARE\Contoso\Copy).Caption
        Remove-Item HKLM:\SOFTWARE\Contoso\App -Recurse
        Test-Path HKLM:\SOFTWARE\Contoso\App
        New-Item -Path Registry::HKEY_LOCAL_MACHINE\SOFTWARE -Name Direct -Value default | ForEach-Object Name
        (Get-ItemProperty HKLM:\SOFTWARE\Direct).'(default)'
        New-Item HKCU:\Software\Mine | Out-Null
        Push-Location HKLM:\SOFTWARE
        "$PWD $(Test-Path Direct)"
        Pop-Location
        New-PSDrive -Name HKU -PSProvider Registry -Root HKEY_USERS | ForEach-Object Name
        (Get-ChildItem HKU:\).PSChildName -contains 'S-1-5-18'
    """
    assert guest.prints(script) == [
        r"HKEY_LOCAL_MACHINE\SOFTWARE\Contoso\App", "App", "7", r"7 text a+b 1-2 C:\Windows\x", "7", "MultiString",
        "Count,Title,Many,Blob,Path", "App,Copy", "text", "False", r"HKEY_LOCAL_MACHINE\SOFTWARE\Direct", "default",
        r"HKLM:\SOFTWARE True", "HKU", "True",
    ]  # fmt: skip
    registry = guest.machine.registry
    assert registry.get(r"HKLM\SOFTWARE\Contoso\Copy", "Many") == ["a", "b"]
    assert registry.key_exists(rf"HKU\{guest.administrator().sid}\Software\Mine")


@pytest.mark.parametrize(
    ("script", "message", "error_id"),
    [
        (
            r"Get-ItemProperty 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion' -Name Nope",
            r"Property Nope does not exist at path HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion.",
            "System.Management.Automation.PSArgumentException,Microsoft.PowerShell.Commands.GetItemPropertyCommand",
        ),
        (
            r"Get-Item HKLM:\SOFTWARE\Nope",
            r"Cannot find path 'HKLM:\SOFTWARE\Nope' because it does not exist.",
            "PathNotFound,Microsoft.PowerShell.Commands.GetItemCommand",
        ),
        (
            r"Get-Content C:\nope.txt",
            r"Cannot find path 'C:\nope.txt' because it does not exist.",
            "PathNotFound,Microsoft.PowerShell.Commands.GetContentCommand",
        ),
        (
            r"New-Item C:\Windows -ItemType Directory",
            r"An item with the specified name C:\Windows already exists.",
            "DirectoryExist,Microsoft.PowerShell.Commands.NewItemCommand",
        ),
        (
            r"Get-Item Nope:\x",
            "Cannot find drive. A drive with the name 'Nope' does not exist.",
            "DriveNotFound,Microsoft.PowerShell.Commands.GetItemCommand",
        ),
        (
            r"Get-Item Cert:\LocalMachine\My\00",
            r"Cannot find path 'Cert:\LocalMachine\My\00' because it does not exist.",
            "PathNotFound,Microsoft.PowerShell.Commands.GetItemCommand",
        ),
        (
            r"Compress-Archive C:\Windows\Temp C:\there.zip; Compress-Archive C:\Windows\Temp C:\there.zip",
            (
                r"The archive file C:\there.zip already exists. Use the -Update parameter to update the existing "
                "archive file or use the -Force parameter to overwrite the existing archive file."
            ),
            "ArchiveFileExists,Compress-Archive",
        ),
    ],
)
def test_what_cannot_be_done_is_refused_as_windows_refuses_it(
    guest: ScriptGuest, script: str, message: str, error_id: str
) -> None:
    told = "$_.Exception.Message; $_.FullyQualifiedErrorId"
    asked = f"$ErrorActionPreference = 'Stop'; try {{ {script} }} catch {{ {told} }}"
    assert guest.prints(asked) == [message, error_id]


def test_files_and_folders_are_made_read_moved_and_removed(guest: ScriptGuest) -> None:
    script = r"""
        New-Item C:\work -ItemType Directory | ForEach-Object { "$($_.FullName) $($_.GetType().Name)" }
        Set-Content C:\work\a.txt 'one', 'two'
        Add-Content C:\work\a.txt 'three'
        (Get-Content C:\work\a.txt) -join ','
        (Get-Content C:\work\a.txt -Tail 1) + (Get-Content C:\work\a.txt -Raw).Length
        Get-Item C:\work\a.txt | ForEach-Object { "$($_.Length) $($_.Extension) $($_.BaseName) $($_.DirectoryName)" }
        Copy-Item C:\work\a.txt C:\work\b.txt
        Move-Item C:\work\b.txt C:\work\c.txt
        Rename-Item C:\work\c.txt d.log
        New-Item C:\work\sub\deep -ItemType Directory -Force | Out-Null
        New-Item C:\work\sub\deep\f.txt -ItemType File -Value 'hello' | Out-Null
        (Get-ChildItem C:\work -Recurse -File).Name -join ','
        (Get-ChildItem C:\work -Filter *.txt).Name
        (Get-ChildItem C:\work -Recurse -Include *.txt).Count
        Copy-Item C:\work\sub C:\work\copy -Recurse
        Test-Path C:\work\copy\deep\f.txt -PathType Leaf
        Set-ItemProperty C:\work\a.txt -Name IsReadOnly -Value $true
        try { Remove-Item C:\work\a.txt -ErrorAction Stop } catch { $_.Exception.GetType().Name }
        Remove-Item C:\work\a.txt -Force
        Test-Path C:\work\a.txt
        'x' | Out-File C:\work\o.txt
        (Get-Item C:\work\o.txt).Length
        'x' | Set-Content C:\work\u.txt -Encoding UTF8
        [System.IO.File]::ReadAllBytes('C:\work\u.txt') -join ' '
        (Get-FileHash C:\work\u.txt -Algorithm SHA1).Hash
        Set-Location C:\work
        (Resolve-Path sub).Path
        $temporary = New-TemporaryFile
        "$($temporary.Extension) $($temporary.Length)"
        Remove-Item C:\work\sub -Recurse -Force
        Test-Path C:\work\sub
    """
    assert guest.prints(script) == [
        r"C:\work DirectoryInfo", "one,two,three", "three17", r"17 .txt a C:\work", "a.txt,d.log,f.txt", "a.txt", "2",
        "True", "IOException", "False", "8", "239 187 191 120 13 10", "333463C228445F38D4A183498F403107519E90C0",
        r"C:\work\sub", ".tmp 0", "False",
    ]  # fmt: skip
    assert guest.machine.files.read_text(r"C:\work\d.log") == "one\r\ntwo\r\nthree\r\n"


def test_a_tree_goes_into_an_archive_and_out_of_it(guest: ScriptGuest) -> None:
    script = r"""
        New-Item C:\tree\deep -ItemType Directory -Force | Out-Null
        Set-Content C:\tree\deep\f.txt 'packed'
        Compress-Archive -Path C:\tree -DestinationPath C:\tree.zip
        Expand-Archive C:\tree.zip C:\out
        (Get-ChildItem C:\out -Recurse -File).FullName
        Get-Content C:\out\tree\deep\f.txt
    """
    assert guest.prints(script) == [r"C:\out\tree\deep\f.txt", "packed"]


def test_every_drive_has_its_items(guest: ScriptGuest) -> None:
    script = r"""
        (Get-PSProvider).Name -join ','
        (Get-PSDrive).Name -join ','
        "$((Get-Item Env:COMPUTERNAME).Value -eq $env:COMPUTERNAME) $((Get-Item Variable:PID).Value -eq $PID)"
        Set-Item Env:FOO bar; $env:FOO; Remove-Item Env:FOO; Test-Path Env:FOO
        function Gone { }; Remove-Item Function:\Gone; Test-Path Function:\Gone
        Test-Path Alias:curl; Remove-Item Alias:curl; Test-Path Alias:curl
        (Get-ChildItem Cert:\).Location -join ','
        (Get-Item WSMan:\localhost\MaxEnvelopeSizekb).Value
        Set-Item WSMan:\localhost\Service\AllowUnencrypted $true -Force
        (Get-Item WSMan:\localhost\Service\AllowUnencrypted).Value
        Set-Location HKLM:\SOFTWARE; (Get-Location).Drive.Name
    """
    assert guest.prints(script) == [
        "FileSystem,Registry,Environment,Variable,Function,Alias,Certificate,WSMan",
        "Alias,C,Cert,Env,Function,HKCU,HKLM,Variable,WSMan", "True True", "bar", "False", "False", "True", "False",
        "CurrentUser,LocalMachine", "500", "true", "HKLM",
    ]  # fmt: skip


def test_a_transcript_has_what_the_console_shows(guest: ScriptGuest) -> None:
    script = r"""
        Start-Transcript -Path C:\logs\build.txt
        'output'
        Write-Host 'shown'
        Write-Warning 'careful'
        Get-Item C:\none
        cmd /c echo program
        Stop-Transcript
        'later'
    """
    ran = guest.alone(script)
    begun, stopped = (rf"Transcript {word}, output file is C:\logs\build.txt" for word in ("started", "stopped"))
    assert ran.output.splitlines() == [begun, "output", "shown", "program", stopped, "later"]
    head, shown, foot, _ = guest.machine.files.read_text(r"C:\logs\build.txt").split(f"{'*' * 22}\r\n")[1:]
    assert head.startswith("Windows PowerShell transcript start\r\nStart time: ")
    assert shown.splitlines()[:4] == [begun, "output", "shown", "WARNING: careful"]
    assert shown.splitlines()[4].startswith(r"Get-Item : Cannot find path 'C:\none'")
    assert shown.splitlines()[-1] == "program"
    assert foot.startswith("Windows PowerShell transcript end\r\nEnd time: ")


def test_transcripts_are_added_to_kept_or_replaced(guest: ScriptGuest) -> None:
    script = r"""
        try { Stop-Transcript } catch { $_.FullyQualifiedErrorId }
        1..2 | ForEach-Object { Start-Transcript C:\t.txt -Append | Out-Null; Stop-Transcript | Out-Null }
        @(Get-Content C:\t.txt | Select-String 'transcript start').Count
        try { Start-Transcript C:\t.txt -NoClobber } catch { $_.Exception.Message }
        Start-Transcript C:\t.txt | Out-Null
        Stop-Transcript | Out-Null
        @(Get-Content C:\t.txt | Select-String 'transcript start').Count
        $own = (Start-Transcript -OutputDirectory C:\logs) -replace '.* is '
        $own -like "C:\logs\PowerShell_transcript.$env:COMPUTERNAME.*.txt"
        Test-Path $own
    """
    assert guest.prints(script) == [
        "InvalidOperation,Microsoft.PowerShell.Commands.StopTranscriptCommand", "2",
        r"File C:\t.txt already exists and NoClobber was specified.", "1", "True", "True",
    ]  # fmt: skip
