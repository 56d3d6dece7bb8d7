"""cmd.exe and the small programs on the modelled machine."""

from pathlib import Path

import pytest

from localazure.windows.machine.machine import Machine
from tests.support.powershell_machine import made, run

UNKNOWN = "'nothing.exe' is not recognized as an internal or external command,\noperable program or batch file.\n"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return made(tmp_path)


@pytest.mark.parametrize(
    ("line", "out", "code"),
    [
        ("echo hello  world", "hello  world\n", 0),
        ('"echo one & echo two"', "one \ntwo\n", 0),
        ("echo", "ECHO is on.\n", 0),
        ("echo a^&b \"c & d\"", "a&b \"c & d\"\n", 0),
        (r"echo in>C:\in.txt the middle& type C:\in.txt", "in the middle\n", 0),
        ("echo AB1>C:\\ab.txt& type C:\\ab.txt", "AB1\n", 0),
        ("nothing.exe 2>&1 >nul", UNKNOWN, 9009),
        (r'"C:\Windows\System32\hostname.exe" >nul', "", 0),
        (r'"C:\Windows\System32\cmd.exe" /c exit 4', "", 4),
        (r'""C:\Windows\System32\cmd.exe" /c "exit 5""', "", 5),
        ("ver && echo yes || echo no", "\nMicrosoft Windows [Version 10.0.20348.2700]\nyes \n", 0),
        ("exit /b 3", "", 3),
        ("exit 3 & echo never", "", 3),
        ("type C:\\none.txt 2>nul || echo no", "no\n", 0),
        ("echo %SystemRoot%", "C:\\Windows\n", 0),
        ("set MARK=7&& set MARK", "MARK=7\n", 0),
        ("set MARK=7 && set MARK", "MARK=7 \n", 0),
        ('set "MARK=7" && set MARK', "MARK=7\n", 0),
        ("cd /d C:\\Windows & cd", "C:\\Windows\n", 0),
        ("hostname | powershell -NoProfile -Command \"[Console]::In.ReadLine().Length -gt 0\"", "True\n", 0),
    ],
)  # fmt: skip
def test_a_line_of_cmd(machine: Machine, line: str, out: str, code: int) -> None:
    assert run(machine, f"cmd.exe /d /c {line}") == (out, "", code)


def test_what_is_no_program_is_said_as_windows_says_it(machine: Machine) -> None:
    out, err, code = run(machine, "cmd /c nothing.exe here")
    assert (out, err, code) == ("", UNKNOWN, 9009)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("echo a && && echo b", "&& was unexpected at this time."),
        ("echo a ||", "The syntax of the command is incorrect."),
        ("echo a >", "The syntax of the command is incorrect."),
    ],
)
def test_a_line_that_is_none_is_run_in_no_part(machine: Machine, line: str, said: str) -> None:
    assert run(machine, f"cmd.exe /c {line}") == ("", f"{said}\n", 255)


def test_a_file_grows_line_by_line(machine: Machine) -> None:
    for text in ("QUJD", "REV1"):
        assert run(machine, rf"cmd.exe /c echo {text}>> C:\grown.txt") == ("", "", 0)
    assert machine.files.read_bytes(r"C:\grown.txt") == b"QUJD\r\nREV1\r\n"


def test_a_programs_output_and_errors_go_to_one_file(machine: Machine) -> None:
    script = "'out'; [Console]::Error.WriteLine('err'); exit 4"
    line = rf'cmd.exe /d /c powershell.exe -NoProfile -Command "{script}" > C:\both.log 2>&1'
    assert run(machine, line) == ("", "", 4)
    assert machine.files.read_bytes(r"C:\both.log") == b"out\r\nerr\r\n"


def test_files_are_made_copied_and_removed(machine: Machine) -> None:
    line = r"md C:\a\b & echo x>C:\a\x.txt & copy /y C:\a\x.txt C:\a\b >nul & del C:\a\x.txt & type C:\a\b\x.txt"
    assert run(machine, f"cmd.exe /c {line}") == ("x \n", "", 0)
    assert run(machine, r"cmd.exe /c rd /s /q C:\a") == ("", "", 0)
    assert not machine.files.exists(r"C:\a")


def test_a_shutdown_is_asked_for_once_and_can_be_taken_back(machine: Machine) -> None:
    assert run(machine, "shutdown /r /t 600") == ("", "", 0)
    assert machine.power.pending
    assert run(machine, "shutdown /r /t 600")[2] == 1190
    assert run(machine, "shutdown /a") == ("", "", 0)
    assert machine.power.pending is None


def test_event_logs_are_listed_and_cleared(machine: Machine) -> None:
    assert "System" in run(machine, "wevtutil el")[0].splitlines()
    assert run(machine, "wevtutil cl System") == ("", "", 0)
    assert run(machine, "wevtutil cl Nothing")[2] != 0
