"""Every .ps1 of the product and of the recipes is PowerShell, says what it is for, and can be sent as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from mintage.powershell import quoted, script, with_variables
from tests.support.powershell_grammar import complaints

ROOT = Path(__file__).parents[3]
SCRIPTS = sorted(
    path
    for folder in ("src/mintage", "deployments/recipes")
    for path in (ROOT / folder).rglob("*.ps1")
    # The transport has tests of its own.
    if "remote" not in path.parts
)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_it_parses_and_begins_by_saying_what_it_does(path: Path) -> None:
    text = path.read_bytes().decode("ascii")
    assert complaints(text) == []
    assert text.startswith("# ")
    assert [line for line in text.splitlines() if len(line) > 120] == []


def test_the_grammar_would_object() -> None:
    assert complaints("if ($a { 'b' }") != []


@pytest.mark.parametrize("name", ["preflight", "fix", "start", "status", "logs", "finish", "remove_appx", "decrypt"])
def test_each_parses_behind_what_it_shares_and_what_it_is_given(name: str) -> None:
    whole = script("powershell/system.ps1", f"generalize/windows/{name}.ps1", User="o'neill", Lines=3, Fix=["a", "b"])
    assert complaints(whole) == []
    assert whole.startswith("$User = 'o''neill'\n$Lines = 3\n$Fix = @('a', 'b')\n")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("plain", "'plain'"),
        ("it's", "'it''s'"),
        ("a’b", "'a’’b'"),
        ("$(Remove-Item C:)", "'$(Remove-Item C:)'"),
    ],
)
def test_what_is_given_to_a_script_is_never_code(value: str, written: str) -> None:
    assert quoted(value) == written


def test_flags_and_empty_lists_are_powershells() -> None:
    assert with_variables("", {"A": True, "B": False, "C": [], "D": 7}) == "$A = $true\n$B = $false\n$C = @()\n$D = 7\n"
