"""Lists: one property to a line."""

from collections.abc import Iterator, Sequence


def list_lines(entries: Sequence[tuple[str, str]], width: int) -> Iterator[str]:
    """Lines of one object, "Name : value", long values going on below where they began."""
    longest = max((len(name) for name, _ in entries), default=0)
    room = max(width - longest - 3, 1)
    for name, text in entries:
        pieces = [line[at : at + room] for line in text.splitlines() or [""] for at in range(0, len(line) or 1, room)]
        yield f"{name.ljust(longest)} : {pieces[0]}"
        for piece in pieces[1:]:
            yield " " * (longest + 3) + piece
