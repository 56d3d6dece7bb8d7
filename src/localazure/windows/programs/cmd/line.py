"""A line of cmd.exe in its parts: commands joined by &, && and ||, each a pipeline, each part with its redirections."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, cast

Joint = Literal["&", "&&", "||"]
_DELIMITERS = " \t,;="
# Quoted text keeps its signs, and so does what a caret stands before.
_PIECE = re.compile(
    r'(?P<quoted>"[^"]*"?)|\^(?P<escaped>.?)|(?P<joint>&&|\|\||&|\|)|(?P<redirection>>>|>|<)|.', re.DOTALL
)
_TARGET = re.compile(r'[ \t,;=]*(?:&(?P<like>[0-9])|(?P<path>(?:"[^"]*"?|[^\s,;=&|<>"])+))')
# A digit is a stream only when it stands by itself: echo AB1>file prints AB1.
_STREAM = re.compile(r"(?:^|(?<=[ \t,;=]))[0-9]$")


class SyntaxRefused(Exception):
    """cmd.exe does not take the line; the text is what it says."""


@dataclass(frozen=True)
class Redirection:
    """``stream`` 0 to 9; to or from a file, or like another stream."""

    stream: int
    path: str = ""
    append: bool = False
    like: int | None = None


@dataclass
class Part:
    """One command. Its blanks are as they were written, for echo shows them, those at the end too."""

    text: str = ""
    redirections: list[Redirection] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return not self.text.strip(_DELIMITERS) and not self.redirections


@dataclass
class Joined:
    """A pipeline, and what joins it to the one before."""

    joint: Joint
    parts: list[Part]


def expanded(text: str, variables: Mapping[str, str]) -> str:
    """``%NAME%`` replaced, before anything else is looked at; what is not set stays, as on the command line."""
    known = {name.lower(): value for name, value in variables.items()}
    return re.sub(r"%([^%\s]+)%", lambda found: known.get(found[1].lower(), found[0]), text)


def parsed(text: str) -> list[Joined]:
    """Raises SyntaxRefused."""
    joined, at = [Joined("&", [Part()])], 0
    while found := _PIECE.match(text, at):
        part, at = joined[-1].parts[-1], found.end()
        if found["joint"]:
            _join(joined, found["joint"])
        elif found["redirection"]:
            at = _redirect(part, found["redirection"], text, at)
        else:
            part.text += found[0] if found["escaped"] is None else found["escaped"]
    last = joined[-1]
    if not last.parts[-1].empty:
        return joined
    # Nothing need follow a single &.
    if last.joint != "&" or len(last.parts) > 1:
        raise SyntaxRefused("The syntax of the command is incorrect.")
    return joined[:-1]


def _join(joined: list[Joined], joint: str) -> None:
    if joined[-1].parts[-1].empty:
        message = f"{joint} was unexpected at this time."
        raise SyntaxRefused(message)
    if joint == "|":
        joined[-1].parts.append(Part())
    else:
        joined.append(Joined(cast(Joint, joint), [Part()]))


def _redirect(part: Part, sign: str, text: str, at: int) -> int:
    """Take a redirection into the part; returns where its target ends. What follows that is the command's again."""
    target = _TARGET.match(text, at)
    if target is None:
        raise SyntaxRefused("The syntax of the command is incorrect.")
    number = _STREAM.search(part.text)
    if number:
        part.text = part.text[: number.start()]
    stream = int(number[0]) if number else 0 if sign == "<" else 1
    like = int(target["like"]) if target["like"] else None
    path = (target["path"] or "").replace('"', "")
    part.redirections.append(Redirection(stream, path, append=sign == ">>", like=like))
    return target.end()
