"""Expand-Archive and Select-String on files of the machine."""

import io
import zipfile
from pathlib import Path

import pytest

from localazure.windows.machine.machine import Machine
from tests.support.powershell_machine import made, powershell


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return made(tmp_path)


@pytest.fixture
def archive(machine: Machine) -> str:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as writer:
        writer.writestr(zipfile.ZipInfo("site/", (2026, 1, 2, 3, 4, 6)), "")
        writer.writestr(zipfile.ZipInfo("site/ä page.html", (2026, 1, 2, 3, 4, 6)), "page")
        writer.writestr("empty/", "")
    machine.files.write_bytes(r"C:\new.zip", packed.getvalue())
    return r"C:\new.zip"


def test_an_archive_is_unpacked_with_its_folders_and_times(machine: Machine, archive: str) -> None:
    powershell(machine, rf"Expand-Archive -LiteralPath {archive} -DestinationPath C:\out")
    assert machine.files.read_text(r"C:\out\site\ä page.html") == "page"
    assert machine.files.is_folder(r"C:\out\empty")
    assert machine.files.metadata(r"C:\out\site\ä page.html").written.isoformat() == "2026-01-02T03:04:06+00:00"


def test_without_a_destination_it_goes_beside_the_script_under_its_own_name(machine: Machine, archive: str) -> None:
    powershell(machine, rf"Set-Location C:\Windows\Temp; Expand-Archive {archive}")
    assert machine.files.is_file(r"C:\Windows\Temp\new\site\ä page.html")


def test_what_is_there_stays_unless_it_is_forced(machine: Machine, archive: str) -> None:
    machine.files.make_folder(r"C:\out\site")
    machine.files.write_text(r"C:\out\site\ä page.html", "mine")
    script = rf"""
        Expand-Archive {archive} C:\out -ErrorAction SilentlyContinue
        $Error[0].FullyQualifiedErrorId
        Get-Content C:\out\site\*.html
        Expand-Archive {archive} C:\out -Force
        Get-Content C:\out\site\*.html
    """
    assert powershell(machine, script) == "ExpandArchiveFileExists,Expand-Archive\nmine\npage\n"


@pytest.mark.parametrize(
    ("path", "error_id"),
    [
        (r"C:\none.zip", "PathNotFound,Expand-Archive"),
        (r"C:\Windows\win.ini", "NotSupportedArchiveFileExtension,Expand-Archive"),
        (r"C:\broken.zip", "ConstructorInvokedThrowException,Microsoft.PowerShell.Commands.NewObjectCommand"),
    ],
)
def test_what_is_no_archive_is_an_error(machine: Machine, path: str, error_id: str) -> None:
    machine.files.write_text(r"C:\broken.zip", "no archive")
    machine.files.write_text(r"C:\Windows\win.ini", "[fonts]")
    script = rf"try {{ Expand-Archive {path} C:\out }} catch {{ $_.FullyQualifiedErrorId }}"
    assert powershell(machine, script) == f"{error_id}\n"


CONFIGURATION = """<add name="a" password="[enc:AesProvider:x]" />
<add name="b" />
<add name="c" password="[ENC:y]" />
"""


@pytest.mark.parametrize(
    ("script", "printed"),
    [
        (r"Select-String -LiteralPath C:\a.config -Pattern '\[enc:' | ForEach-Object { $_.LineNumber }", "1\n3\n"),
        (r"(Select-String '[enc:' C:\*.config -SimpleMatch -CaseSensitive).Filename", "a.config\n"),
        (r"Select-String 'name=\"(.)\"' C:\a.config -List | % { $_.Matches[0].Groups[1].Value }", "a\n"),
        (r"Select-String password C:\a.config -NotMatch | % Line", '<add name="b" />\n'),
        (r"[bool](Select-String nothing C:\a.config -Quiet)", "False\n"),
        (r"Get-ChildItem C:\*.config | Select-String '\"b\"'", '\nC:\\a.config:2:<add name="b" />\n\n\n'),
        ("'one', 'two', 'three' | Select-String 't' | % { \"$($_.LineNumber) $_\" }", "2 two\n3 three\n"),
    ],
)  # fmt: skip
def test_lines_that_fit_are_found(machine: Machine, script: str, printed: str) -> None:
    machine.files.write_text(r"C:\a.config", CONFIGURATION)
    assert powershell(machine, script) == printed
