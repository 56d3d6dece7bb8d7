"""Small parts by themselves."""

import pytest

from localazure.windows.winrm.command_line import join, process_line
from localazure.windows.winrm.durations import read_duration, whole_duration
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
