"""Bytes become lines fit for a log."""

from __future__ import annotations

import pytest

from mintage.remote.lines import LONGEST_LINE, Lines


def _lines(*chunks: bytes) -> list[str]:
    seen: list[str] = []
    lines = Lines(seen.append)
    for chunk in chunks:
        lines.feed(chunk)
    lines.close()
    return seen


@pytest.mark.parametrize(
    ("chunks", "lines"),
    [
        ((b"a\nb\n",), ["a", "b"]),
        ((b"a\n\nb",), ["a", "", "b"]),
        ((b"a", b"b\n"), ["ab"]),
        ((b"a\r\nb\r\n",), ["a", "b"]),
        ((b"a\r", b"\nb"), ["a", "b"]),
        ((b"10%\r20%\r30%\n",), ["30%"]),
        ((b"10%\r", b"20%\r", b"30%"), ["30%"]),
        ((b"\xc3", b"\xbc\n"), ["ü"]),
        ((b"\xff ok\n",), ["� ok"]),
        ((b"\x1b[1;32mgreen\x1b[0m\x00 \x1b]0;title\x07ok\n",), ["green ok"]),
        ((), []),
    ],
)
def test_output_is_split_as_a_reader_would(chunks: tuple[bytes, ...], lines: list[str]) -> None:
    assert _lines(*chunks) == lines


def test_a_line_without_an_end_comes_in_pieces() -> None:
    pieces = _lines(*[b"x" * 1000] * 10)
    assert "".join(pieces) == "x" * 10_000
    assert max(map(len, pieces)) == LONGEST_LINE


def test_progress_without_an_end_is_not_collected() -> None:
    lines = Lines(lambda line: None)
    for percent in range(100_000):
        lines.feed(f"{percent}\r".encode())
    assert len(lines._pending) < 10


def test_only_the_last_lines_are_kept() -> None:
    lines = Lines(lambda line: None)
    lines.feed(b"".join(f"{number}\n".encode() for number in range(100)))
    assert lines.last == tuple(str(number) for number in range(80, 100))
