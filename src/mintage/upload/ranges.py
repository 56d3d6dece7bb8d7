"""Parts of a disk: what is there, what is missing, and how it travels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from mintage.vhd import Range

LARGEST = 4 * 1024 * 1024
"""Bytes of one write to a page blob (Microsoft Learn, "Put Page")."""


class Piece(NamedTuple):
    """What travels at once."""

    first: int
    length: int


def without(ranges: Iterable[Range], taken: Sequence[Range]) -> Iterator[Range]:
    """The parts of ``ranges`` that ``taken`` leaves; both are in order, and neither overlaps itself."""
    passed = 0
    for first, ends in ranges:
        while passed < len(taken) and taken[passed][1] <= first:
            passed += 1
        at, here = first, passed
        while here < len(taken) and taken[here][0] < ends:
            if taken[here][0] > at:
                yield at, taken[here][0]
            at, here = taken[here][1], here + 1
        if at < ends:
            yield at, ends


def pieces(ranges: Iterable[Range]) -> Iterator[Piece]:
    for first, ends in ranges:
        for at in range(first, ends, LARGEST):
            yield Piece(at, min(LARGEST, ends - at))


def total(ranges: Iterable[Range]) -> int:
    return sum(ends - first for first, ends in ranges)
