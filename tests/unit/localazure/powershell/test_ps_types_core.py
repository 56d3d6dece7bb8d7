"""What .NET's types do when a script uses them."""

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("script", "printed"),
    [
        ("'abc'.Substring(1)", "bc"),
        ("'a,b,,c'.Split(',').Count", "4"),
        ("'a,b,,c'.Split([char[]]',', [StringSplitOptions]::RemoveEmptyEntries).Count", "3"),
        ("'abc'.PadLeft(6, '*')", "***abc"),
        ("'Hello'.IndexOf('LO', [StringComparison]::OrdinalIgnoreCase)", "3"),
        ("'xxabxx'.Trim('x')", "ab"),
        ("[string]::Join('-', 1, 2, 3)", "1-2-3"),
        ("[string]::Format('{0,5:N1}|{1,-4}|', 1234.56, 'ab')", "1,234.6|ab  |"),
        ("[STRING]::isnullorwhitespace('  ')", "True"),
        ("[int]::MaxValue", "2147483647"),
        ("[Convert]::ToInt32('ff', 16)", "255"),
        ("[Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes('hé'))", "aMOp"),
        ("[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('aMOp'))", "hé"),
        ("[Text.Encoding]::Unicode.GetBytes('ab').Length", "4"),
        ("[BitConverter]::ToString([byte[]](1, 171))", "01-AB"),
        ("[math]::Round(2.5)", "2"),
        ("[math]::Floor(-1.5)", "-2"),
        ("[guid]::Empty.ToString('N')", "0" * 32),
        ("([version]'1.2.3').Build", "3"),
        ("[version]'1.10' -gt [version]'1.9'", "True"),
        ("[datetime]::ParseExact('2026-11-24', 'yyyy-MM-dd', $null).AddDays(7).ToString('dd MMM yyyy')", "01 Dec 2026"),
        ("([datetime]'2026-01-31').AddMonths(1).Day", "28"),
        ("[timespan]::FromMinutes(90).ToString()", "01:30:00"),
        ("[timespan]::FromMinutes(90).TotalHours", "1.5"),
        ("[regex]::Match('ab12', '(?<n>\\d+)').Groups['n'].Value", "12"),
        ("[regex]::Replace('a1b22', '\\d+', { param($m) '<' + $m.Value + '>' })", "a<1>b<22>"),
        ("[regex]::Escape('a.b[c')", "a\\.b\\[c"),
        ("([uri]'https://a.b:8443/c?d=1').Port", "8443"),
        ("[int].FullName", "System.Int32"),
        ("[enum]::GetNames([DayOfWeek])[1]", "Monday"),
    ],
)
def test_a_member_gives_what_dotnet_gives(powershell: Run, script: str, printed: str) -> None:
    console = powershell(script)
    assert (console.output.splitlines(), console.errors) == ([printed], "")


def test_collections_grow_and_arrays_do_not(powershell: Run) -> None:
    script = (
        "$l = [System.Collections.Generic.List[string]]::new(); $l.Add('x'); $l.Insert(0, 'w'); $l -join ','\n"
        "$a = New-Object System.Collections.ArrayList; $a.Add(3)\n"
        "$q = [System.Collections.Queue]::new(); $q.Enqueue(1); $q.Enqueue(2); $q.Dequeue()\n"
        "$s = [System.Collections.Stack]::new(); $s.Push(1); $s.Push(2); $s.Pop()\n"
        "@(1).Add(2)"
    )
    console = powershell(script)
    assert console.output.splitlines() == ["w,x", "0", "1", "2"]
    assert 'Exception calling "Add" with "1" argument(s): "Collection was of a fixed size."' in console.errors


@pytest.mark.parametrize(
    ("script", "message"),
    [
        (
            "[int]::Parse('x')",
            'Exception calling "Parse" with "1" argument(s): "Input string was not in a correct format."',
        ),
        ("'a'.Substring()", 'Cannot find an overload for "Substring" and the argument count: "0".'),
        ("'a'.Nope()", "Method invocation failed because [System.String] does not contain a method named 'Nope'."),
        ("[No.Such]::Thing()", "Unable to find type [No.Such]."),
        (
            "$h = @{}; $h.Add('a', 1); $h.Add('a', 1)",
            "Item has already been added. Key in dictionary: 'a'  Key being added: 'a'",
        ),
    ],
)
def test_what_goes_wrong_is_said_as_powershell_says_it(powershell: Run, script: str, message: str) -> None:
    # The console cuts long lines between words.
    assert message in powershell(script).errors.replace(" \n", " ")


def test_a_failed_static_method_can_be_caught_by_its_dotnet_exception(powershell: Run) -> None:
    console = powershell("try { [guid]::Parse('x') } catch [FormatException] { 'caught' }")
    assert console.output.splitlines() == ["caught"]


def test_a_secure_string_shows_only_to_who_asks_for_its_text(powershell: Run) -> None:
    script = (
        "$s = New-Object System.Security.SecureString; 'hush'.ToCharArray() | ForEach-Object { $s.AppendChar($_) }\n"
        "$c = New-Object System.Management.Automation.PSCredential('u', $s); \"$s\"; $c | Format-List\n"
        "$c.GetNetworkCredential().Password.Length"
    )
    console = powershell(script)
    assert "hush" not in console.output + console.errors
    assert console.output.splitlines()[-1] == "4"
