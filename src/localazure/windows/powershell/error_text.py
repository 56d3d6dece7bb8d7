"""Error records as the console of PowerShell 5.1 shows them."""

import re

from localazure.windows.powershell.errors import ErrorRecord, Position
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.type_names import type_name

_WIDEST = 69


def _ellipsized(text: str) -> str:
    """5.1 keeps fifteen characters of either end; PowerShell 7 keeps nineteen."""
    return text if len(text) <= 40 else text[:15] + "..." + text[-15:]


def category_text(record: ErrorRecord) -> str:
    """The CategoryInfo line: category, target and its type, activity, reason."""
    target = kind = ""
    if record.target is not None:
        target = _ellipsized(to_text(record.target).replace("\n", " "))
        kind = _ellipsized(type_name(record.target).rpartition(".")[2])
    return f"{record.category}: ({target}:{kind}) [{record.activity}], {_ellipsized(record.category_reason)}"


def position_text(position: Position) -> str:
    """Where it happened: "At line:1 char:5" or the file, then the line with what is meant underlined."""
    place = f"At {position.file}:{position.line}" if position.file else f"At line:{position.line}"
    line = position.source_line.rstrip().replace("\t", "    ")
    if not line:
        return f"{place} char:{position.column}"
    tabs = position.source_line[: position.column - 1].count("\t")
    before = position.column - 1 + 3 * tabs
    length = len(position.text.split("\n")[0].rstrip("\r")) if position.text else 1
    length = max(1, min(length, len(line) - before))
    line, before, length = _window(line, before, length)
    return f"{place} char:{position.column}\n+ {line}\n+ {' ' * before}{'~' * length}"


def _window(line: str, before: int, length: int) -> tuple[str, int, int]:
    """The part of a long line around the error, with dots where it was cut."""
    if len(line) <= _WIDEST:
        return line, before, length
    length = min(length, _WIDEST)
    first = min(max(0, before - (_WIDEST - length) // 2), max(0, len(line) - _WIDEST))
    last = min(len(line), max(first + _WIDEST, before + length))
    head = "... " if first else ""
    tail = " ..." if last < len(line) else ""
    return f"{head}{line[first:last]}{tail}", before - first + len(head), length


def wrapped(text: str, width: int) -> str:
    """Lines cut between words where they are longer than the screen; a blank stays at the end of its line."""
    return "\n".join(piece for line in text.replace("\r\n", "\n").split("\n") for piece in _pieces(line, width))


def _pieces(line: str, width: int) -> list[str]:
    if len(line) <= width:
        return [line]
    made = [""]
    for word in re.findall(r"[^ \t]*[ \t]|[^ \t]+", line):
        left = word
        if len(left) > width:
            room = width - len(made[-1])
            made[-1], left = made[-1] + left[:room], left[room:]
            made += [left[at : at + width] for at in range(0, len(left), width)]
        elif len(made[-1]) + len(left) > width:
            made.append(left)
        else:
            made[-1] += left
    return made


def _folded(text: str, width: int) -> str:
    pieces = [text[at : at + width] for at in range(0, len(text), width)]
    return "".join(f"\n    {piece}" for piece in pieces)


def error_text(record: ErrorRecord, width: int = 120) -> str:
    """The whole of it, without a line end after its last line.

    `width` is the console's, at which the last lines are folded.
    """
    if record.fully_qualified_error_id in {"NativeCommandError", "NativeCommandErrorMessage"}:
        return record.message
    position = f"\n{position_text(record.position)}" if record.position is not None else ""
    if record.category == "ParserError":
        text = f"{position[1:]}\n{record.message}"
    else:
        header = record.header or record.activity
        text = wrapped((f"{header} : " if header else "") + record.message, width - 1) + position
    text += _folded(f"+ CategoryInfo          : {category_text(record)}", width - 6)
    text += _folded(f"+ FullyQualifiedErrorId : {record.fully_qualified_error_id}", width - 6)
    return text + "\n "
