"""Command lines, split as Microsoft's C runtime does (learn.microsoft.com, "Parsing C command-line arguments")."""

from __future__ import annotations

import re


def split_command_line(text: str) -> list[str]:
    arguments: list[str] = []
    rest = text.lstrip(" \t")
    if rest:
        # The program's name knows no backslash escapes.
        found = re.match(r'"([^"]*)"?|(\S+)', rest)
        if found:
            arguments.append(found[1] if found[1] is not None else found[2])
            rest = rest[found.end() :].lstrip(" \t")
    while rest:
        argument, rest = _next(rest)
        arguments.append(argument)
        rest = rest.lstrip(" \t")
    return arguments


def quote(arguments: list[str]) -> str:
    """One command line that is split into these again."""
    return " ".join(_quoted(each) for each in arguments)


def image_name(path: str) -> str:
    return re.split(r"[\\/:]", path)[-1]


def _next(text: str) -> tuple[str, str]:
    taken, quoted, at = "", False, 0
    while at < len(text) and (quoted or text[at] not in " \t"):
        slashes = len(text) - at - len(text[at:].lstrip("\\"))
        after = text[at + slashes : at + slashes + 1]
        if after == '"' and slashes:
            taken += "\\" * (slashes // 2) + ('"' if slashes % 2 else "")
            at += slashes + slashes % 2
        elif slashes:
            taken += "\\" * slashes
            at += slashes
        elif text[at] == '"' and quoted and text[at + 1 : at + 2] == '"':
            taken += '"'
            at += 2
        elif text[at] == '"':
            quoted = not quoted
            at += 1
        else:
            taken += text[at]
            at += 1
    return taken, text[at:]


def _quoted(argument: str) -> str:
    if argument and not re.search(r'[\s"]', argument):
        return argument
    escaped = re.sub(r'(\\*)"', r'\1\1\\"', argument)
    return '"' + re.sub(r"(\\+)$", r"\1\1", escaped) + '"'
