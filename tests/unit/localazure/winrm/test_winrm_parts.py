"""Small parts by themselves."""

import pytest

from localazure.windows.winrm.command_line import CommandTooLong, join, process_line
from localazure.windows.winrm.commands import Command
from localazure.windows.winrm.durations import read_duration, whole_duration
from localazure.windows.winrm.faults import Fault
from localazure.windows.winrm.settings import ServiceSettings
from localazure.windows.winrm.shell_host import Output
from localazure.windows.winrm.shells import ShellSpec, ShellTable
from localazure.windows.winrm.xml_reader import UnreadableXml, read_xml


@pytest.mark.parametrize(
    ("text", "seconds"), [("PT20S", 20), ("PT60.000S", 60), ("PT1M0.5S", 60.5), ("P1DT2H", 93_600), (" PT0S ", 0)]
)
def test_durations(text: str, seconds: float) -> None:
    assert read_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "P", "PT", "20", "PT-1S", "P1M", "PT1.S", "20S"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="duration"):
        read_duration(text)


def test_the_age_of_a_shell() -> None:
    assert [whole_duration(age) for age in (0, 3661.9, 90_000)] == ["P0DT0H0M0S", "P0DT1H1M1S", "P1DT1H0M0S"]


def test_names_and_encodings() -> None:
    text = '<a xmlns="urn:one" xmlns:t="urn:two" t:x="1" y="2"><t:b>gr\u00fcn</t:b></a>'
    for encoded in (text.encode(), text.encode("utf-16")):
        root = read_xml(encoded)
        assert (root.tag, root.attrib, root[0].tag, root[0].text) == (
            "{urn:one}a", {"{urn:two}x": "1", "y": "2"}, "{urn:two}b", "gr\u00fcn",
        )  # fmt: skip


@pytest.mark.parametrize("text", [b"", b"<a>", b"<a></b>", b"<x:a/>", b"<!DOCTYPE a><a/>", b"\xff\xff", b"<a/><b/>"])
def test_what_is_no_xml(text: bytes) -> None:
    with pytest.raises(UnreadableXml):
        read_xml(text)


def test_arguments_are_put_behind_the_command_unquoted() -> None:
    line = join("powershell", ["-Command", "Get-Date; exit 3"])
    assert process_line(line, skip_cmd_shell=True) == "powershell -Command Get-Date; exit 3"
    assert process_line(line, skip_cmd_shell=False) == rf"C:\Windows\system32\cmd.exe /C {line}"


class Closed(CommandTooLong):
    """Has closed its streams, and does not end."""

    reads = 0

    def read(self, timeout: float, limit: int) -> Output:
        self.reads += 1
        return Output()

    @property
    def exit_code(self) -> int | None:
        return None


def test_waiting_for_a_program_that_writes_no_more_burns_no_processor() -> None:
    process = Closed()
    assert Command(process).receive(0.1, 100, lambda: False) is None
    assert process.reads < 50


def test_what_was_read_for_a_larger_answer_is_kept_for_the_next() -> None:
    """The client that asked hung up, and the next one asks for less."""
    process, hung_up = CommandTooLong(), iter([False, True])
    command = Command(process)
    assert command.receive(1, 100, lambda: next(hung_up)) is None
    first, second = (command.receive(1, 20, lambda: False) for _ in range(2))
    assert first
    assert (first.output.stderr, first.exit_code) == (b"The command line is ", None)
    assert second
    assert (second.output.stderr, second.exit_code) == (b"too long.\r\n", 1)


class Endless(Closed):
    ended_by = ""

    def terminate(self, signal: str) -> None:
        self.ended_by = signal


def test_a_program_that_started_while_its_shell_ended_ends_with_it() -> None:
    shells, process = ShellTable(ServiceSettings), Endless()
    shell = shells.open("builder", "10.0.0.4", ShellSpec("cmd"))

    def start() -> Command:
        shells.close_all()
        return Command(process)

    with pytest.raises(Fault, match="the shell was not found"):
        shells.add(shell, "", start)
    assert process.ended_by == "terminate"
    with pytest.raises(Fault, match="was being shutdown"):
        shells.open("builder", "10.0.0.4", ShellSpec("cmd"))
