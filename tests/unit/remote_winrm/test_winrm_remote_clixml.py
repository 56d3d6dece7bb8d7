"""What PowerShell writes to standard error, as a person would read it."""

from __future__ import annotations

import pytest

from mintage.remote.winrm.clixml import ErrorText

_OBJECTS = (
    '#< CLIXML\r\n<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">'
    '<Obj S="progress" RefId="0"><TN RefId="0"><T>System.Management.Automation.PSCustomObject</T></TN>'
    '<MS><I64 N="SourceId">1</I64><PR N="Record"><AV>Preparing modules.</AV><S>x</S></PR>'
    '<Obj N="inner" RefId="1" /></MS></Obj>'
    '<S S="Error">Get-Item : Cannot find path _x0027_C:\\gr&#252;n &amp; blau_x0027_._x000D__x000A_</S>'
    '<S S="Error">At line:1 char:1_x000D__x000A_</S>'
    '<S S="warning">slow _xD83D__xDC0C_ &lt;disk&gt;</S><S S="verbose" /><S S="debug">d_x005F_x</S></Objs>'
).replace("&#252;", "ü")
_TEXT = "Get-Item : Cannot find path 'C:\\grün & blau'.\r\nAt line:1 char:1\r\nWARNING: slow 🐌 <disk>\nDEBUG: d_x\n"


def _read(*pieces: bytes) -> str:
    text = bytearray()
    reader = ErrorText(text.extend)
    for piece in pieces:
        reader.feed(piece)
    reader.close()
    return text.decode()


def test_errors_and_warnings_are_text_and_progress_is_dropped() -> None:
    assert _read(_OBJECTS.encode()) == _TEXT


def test_it_may_come_in_any_pieces() -> None:
    data = _OBJECTS.encode()
    assert _read(*(data[n : n + 1] for n in range(len(data)))) == _TEXT


def test_an_error_is_handed_over_before_the_document_ends() -> None:
    text = bytearray()
    reader = ErrorText(text.extend)
    reader.feed(_OBJECTS.partition("At line")[0].encode())
    assert text.decode() == _TEXT.partition("At line")[0]


@pytest.mark.parametrize("plain", ["fatal: not a git repository\n", "#< CLIX", "<Objs> & more #", ""])
def test_what_programs_write_stays_as_it_is(plain: str) -> None:
    assert _read(plain.encode()) == plain


def test_programs_and_powershell_may_write_in_turn() -> None:
    data = f"before\n{_OBJECTS}between\n{_OBJECTS}after\n"
    assert _read(data.encode()) == f"before\n{_TEXT}between\n{_TEXT}after\n"
    inside = _OBJECTS.replace('<S S="Error">At', 'native 1 < 2\n<S S="Error">At')
    assert _read(inside.encode()) == _TEXT.replace("At line", "native 1 < 2\nAt line")


def test_a_document_that_breaks_off_is_shown() -> None:
    assert _read(b'#< CLIXML\r\n<Objs Version="1.1.0.1"><S S="Error">whole</S><S S="Error">half') == (
        'whole<S S="Error">half'
    )
