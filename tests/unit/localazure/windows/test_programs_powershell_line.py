"""powershell.exe's command line: what each way to give it a script answers with, and the CLIXML of encoded commands."""

from __future__ import annotations

import base64

import pytest

from localazure.windows.machine.machine import Machine
from mintage.remote.winrm.clixml import ErrorText
from tests.support.powershell_machine import POWERSHELL, made, run

FILE = r"C:\it.ps1"


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    return made(tmp_path_factory.mktemp("windows"))


def encoded(text: str) -> str:
    return f"-EncodedCommand {base64.b64encode(text.encode('utf-16-le')).decode()}"


@pytest.mark.parametrize(
    ("text", "as_command", "as_file"),
    [
        ("'it ran'", 0, 0),
        ("exit 5", 5, 5),
        ("exit", 0, 0),
        ("cmd /c 'exit 7'", 1, 0),
        ("cmd /c 'exit 7'; 'more'", 0, 0),
        ("cmd /c 'exit 7'; exit $LASTEXITCODE", 7, 7),
        ("Get-Item C:\\none", 1, 0),
        ("Get-Item C:\\none; 'more'", 0, 0),
        ("Write-Error 'one'", 1, 0),
        ("throw 'one'", 1, 1),
        ("$ErrorActionPreference = 'Stop'; Get-Item C:\\none; 'more'", 1, 1),
        ("if (", 1, 1),
    ],
)
def test_exit_codes(machine: Machine, text: str, as_command: int, as_file: int) -> None:
    assert run(machine, f'{POWERSHELL} -Command "{text}"')[2] == as_command
    assert run(machine, f"{POWERSHELL} {encoded(text)}")[2] == as_command
    machine.files.write_text(FILE, text)
    assert run(machine, f"{POWERSHELL} -ExecutionPolicy Bypass -File {FILE}")[2] == as_file


def test_arguments_of_a_file_are_bound_to_its_parameters(machine: Machine) -> None:
    machine.files.write_text(FILE, 'param([int] $Count, [switch] $Loud, $Rest) "$Count $Loud $Rest"')
    line = f'{POWERSHELL} -ExecutionPolicy Bypass -File {FILE} -Loud -Count 3 "a b"'
    assert run(machine, line) == ("3 True a b\n", "", 0)


def test_a_file_that_is_not_there(machine: Machine) -> None:
    out, err, code = run(machine, rf"{POWERSHELL} -File C:\none.ps1")
    assert (out, code) == ("", -196608)
    assert err.startswith(r"The argument 'C:\none.ps1' to the -File parameter does not exist.")


def test_a_command_may_be_the_standard_input(machine: Machine) -> None:
    assert run(machine, f"{POWERSHELL} -Command -", "1 + 1\nexit 4\n") == ("2\n", "", 4)


def test_what_is_no_encoded_command(machine: Machine) -> None:
    out, err, code = run(machine, f"{POWERSHELL} -EncodedCommand nonsense!")
    assert (out, code) == ("", 1)
    assert "not properly encoded" in err


@pytest.mark.parametrize(
    "text",
    [
        "Get-Item C:\\none",
        "Write-Error 'a < b & \"c\"'",
        'throw "two`r`nlines"',
        "Write-Warning 'look out'",
        "$VerbosePreference = 'Continue'; Write-Verbose 'in detail'",
        "$DebugPreference = 'Continue'; Write-Debug 'inside'",
        "Write-Error '_x000A_ stays, and so does a tab:\t.'",
    ],
)
def test_the_clixml_of_errors_is_the_text_that_a_plain_error_stream_has(machine: Machine, text: str) -> None:
    plain_out, plain_err, _ = run(machine, f"{POWERSHELL} -OutputFormat Text {encoded(text)}")
    out, err, _ = run(machine, f"{POWERSHELL} {encoded(text)}")
    assert err.startswith('#< CLIXML\n<Objs Version="1.1.0.1" ')
    pieces: list[bytes] = []
    reader = ErrorText(pieces.append)
    reader.feed(err.encode())
    reader.close()
    read = b"".join(pieces).decode().replace("\r\n", "\n")
    # On a plain stream messages other than errors are among the output.
    assert out + read.rstrip("\n") == (plain_out + plain_err).rstrip("\n")


def test_progress_and_information_are_in_the_clixml_too(machine: Machine) -> None:
    text = "Write-Progress 'Copying' -PercentComplete 40; Write-Information 'noted'; Write-Host 'shown'"
    out, err, code = run(machine, f"{POWERSHELL} {encoded(text)}")
    assert (out, code) == ("shown\n", 0)
    assert '<Obj S="progress" RefId="0">' in err
    assert "<AV>Copying</AV>" in err
    assert err.count('<Obj S="information"') == 2
    assert err.endswith("</Objs>")


def test_nothing_on_standard_error_when_there_is_nothing_to_tell(machine: Machine) -> None:
    assert run(machine, f"{POWERSHELL} {encoded('1')}") == ("1\n", "", 0)


def test_programs_write_beside_the_clixml(machine: Machine) -> None:
    text = "cmd /c 'echo plain 1>&2'; Write-Error 'own'"
    err = run(machine, f"{POWERSHELL} {encoded(text)}")[1]
    assert "plain" in err
    assert '<S S="Error">' in err
