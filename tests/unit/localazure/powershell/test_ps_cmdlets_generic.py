"""The commands that work on whatever comes down the pipeline."""

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("script", "printed"),
    [
        ("1..5 | ForEach-Object { $_ * 2 } | Where-Object { $_ -gt 4 } | Select-Object -First 2", ["6", "8"]),
        ("1..2 | ForEach-Object -Begin { 'b' } -Process { $_ } -End { 'e' }", ["b", "1", "2", "e"]),
        ("'ab' | ForEach-Object ToUpper", ["AB"]),
        ("'a', 'bb' | ? Length -eq 2", ["bb"]),
        ("1..5 | select -Last 2", ["4", "5"]),
        ("1..5 | Select-Object -Skip 3", ["4", "5"]),
        ("1, 1, 2 | Select-Object -Unique", ["1", "2"]),
        ("3, 1, 2 | Sort-Object -Descending", ["3", "2", "1"]),
        ("'b', 'B', 'a' | Sort-Object -Unique", ["a", "b"]),
        ("('b', 'a', 'B' | Group-Object | Where-Object Name -eq 'b').Count", ["2"]),
        ("(1..4 | Measure-Object -Sum).Sum", ["10"]),
        ("(Compare-Object @(1, 2) @(2, 3)).SideIndicator", ["=>", "<="]),
        ("[pscustomobject]@{a=1; b='x'} | ConvertTo-Csv -NoTypeInformation", ['"a","b"', '"1","x"']),
        ('"a,b`n1,2" | ConvertFrom-Csv | Select-Object -ExpandProperty b', ["2"]),
        ("Invoke-Expression '1 + 1'", ["2"]),
        ("$o = [pscustomobject]@{a=1}; $o | Add-Member b 2; $o.b", ["2"]),
        ("$o = [pscustomobject]@{a=2}; $o | Add-Member ScriptProperty c { $this.a * 3 }; $o.c", ["6"]),
        ("(New-Object psobject -Property @{x=4}).x", ["4"]),
        ("Write-Host 'a' -NoNewline; Write-Host 'b', 'c'", ["ab c"]),
        ("Write-Warning 'mind'", ["WARNING: mind"]),
    ],
)
def test_a_pipeline_prints(powershell: Run, script: str, printed: list[str]) -> None:
    console = powershell(script)
    assert (console.output.splitlines(), console.errors) == (printed, "")


def test_json_is_laid_out_as_5_1_lays_it_out(powershell: Run) -> None:
    printed = powershell("[pscustomobject]@{a=1; b=@(1, 2); c=@{}; d='<x>'} | ConvertTo-Json").output.splitlines()
    assert printed == [
        "{",
        '    "a":  1,',
        '    "b":  [',
        "              1,",
        "              2",
        "          ],",
        '    "c":  {',
        "",
        "          },",
        '    "d":  "\\u003cx\\u003e"',
        "}",
    ]


def test_json_below_its_depth_is_text(powershell: Run) -> None:
    script = "@{a=@{b=@{c=@{d=1}}}} | ConvertTo-Json -Compress; @{a=@{b=1}} | ConvertTo-Json -Compress -Depth 1"
    assert powershell(script).output.splitlines() == [
        '{"a":{"b":{"c":"System.Collections.Hashtable"}}}',
        '{"a":{"b":1}}',
    ]


def test_json_comes_back_as_objects(powershell: Run) -> None:
    script = """$o = '{"a": [1, {"b": null}], "c": "x"}' | ConvertFrom-Json; $o.a.Count; $o.c; $null -eq $o.a[1].b"""
    assert powershell(script).output.splitlines() == ["2", "x", "True"]


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("Write-Error 'boom'", "Write-Error 'boom' : boom"),
        ("'{a' | ConvertFrom-Json", "Invalid JSON primitive: a."),
        ("Read-Host 'name'", "PowerShell is in NonInteractive mode. Read and Prompt functionality is not available."),
        ("New-Object Foo.Bar", "Cannot find type [Foo.Bar]: verify that the assembly containing this type is loaded."),
        ("New-Object -ComObject No.Such", "80040154 Class not registered"),
        ("Add-Type -TypeDefinition 'class X {}'", "has no compiler"),
        ("Add-Type -AssemblyName No.Such", "Cannot add type. The assembly 'No.Such' could not be found."),
        ("1 | Select-Object -ExpandProperty nope", 'Property "nope" cannot be found.'),
    ],
)
def test_a_refusal_is_said_as_powershell_says_it(powershell: Run, script: str, message: str) -> None:
    # The console cuts long lines between words.
    assert message in powershell(script).errors.replace(" \n", " ")
