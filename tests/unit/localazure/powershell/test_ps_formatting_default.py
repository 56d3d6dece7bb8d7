"""What the end of a pipeline prints, to the column."""

from collections.abc import Callable
from typing import Any

Run = Callable[[str], Any]


def test_up_to_four_properties_make_a_table_with_numbers_at_the_right(powershell: Run) -> None:
    printed = powershell("[pscustomobject]@{a=1; b='xx'}, [pscustomobject]@{a=22; b='y'}").output
    assert printed.split("\n") == ["", " a b ", " - - ", " 1 xx", "22 y ", "", "", ""]


def test_more_properties_make_a_list(powershell: Run) -> None:
    printed = powershell("[pscustomobject]@{a=1; bb=$null; c=@(1, 2); d=$true; e='x'}").output
    lines = ["a  : 1", "bb : ", "c  : {1, 2}", "d  : True", "e  : x"]
    assert printed.split("\n") == ["", "", *lines, "", "", "", ""]


def test_a_hashtable_shows_name_and_value(powershell: Run) -> None:
    lines = powershell("@{Port=5986}").output.split("\n")
    assert [line.rstrip() for line in lines] == [
        "",
        "Name                           Value",
        "----                           -----",
        "Port                           5986",
        "",
        "",
        "",
    ]


def test_text_and_numbers_are_printed_as_they_are(powershell: Run) -> None:
    assert powershell("'a'; 1.5; $true; $null; @('x', 2)").output.split("\n") == ["a", "1.5", "True", "x", "2", ""]


def test_format_table_takes_computed_columns(powershell: Run) -> None:
    script = "[pscustomobject]@{a=2} | Format-Table a, @{Label='Double'; Expression={ $_.a * 2 }} -AutoSize"
    assert powershell(script).output.split("\n") == ["", "a Double", "- ------", "2      4", "", "", ""]


def test_a_table_is_cut_at_the_consoles_width(powershell: Run) -> None:
    lines = powershell("[pscustomobject]@{a='x' * 200}").output.split("\n")
    assert lines[3] == "x" * 76 + "..."


def test_a_long_list_value_goes_on_below_where_it_began(powershell: Run) -> None:
    lines = powershell("[pscustomobject]@{abc='x' * 80} | Format-List").output.split("\n")
    assert lines[2:4] == ["abc : " + "x" * 73, "      " + "x" * 7]


def test_only_four_items_of_a_list_are_shown(powershell: Run) -> None:
    assert "{1, 2, 3, 4...}" in powershell("[pscustomobject]@{a=1..9}").output


def test_a_date_is_written_in_full(powershell: Run) -> None:
    printed = powershell("[datetime]'2026-11-24 04:10:23'").output
    assert printed.split("\n") == ["", "Tuesday, November 24, 2026 4:10:23 AM", "", "", ""]
