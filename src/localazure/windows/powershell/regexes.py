"""Regular expressions as .NET writes them, run by Python's re; and wildcards."""

import re
from functools import lru_cache

_NAMED_GROUP = re.compile(r"\(\?<([A-Za-z_]\w*)>|\(\?'([A-Za-z_]\w*)'")
_NAMED_BACK = re.compile(r"\\k<(\w+)>")
_REPLACEMENT = re.compile(r"\$(?:(\$)|(&)|(\d+)|\{(\w+)\}|(`)|('))")
_CLASS_DASH = re.compile(r"(?<=[\[\w.\]])(\\[wdsWDS])-(?=[^\]])|(?<=\[)(\\[wdsWDS])-(?=[^\]])")
"""A dash behind a class within a class stands for itself."""
_CATEGORIES = {
    "Lu": "A-Z",
    "Ll": "a-z",
    "L": "A-Za-z",
    "N": "0-9",
    "Nd": "0-9",
    "P": r"!-/:-@\[-`{-~",
    "IsBasicLatin": "\0-\x7f",
}


def _category(found: "re.Match[str]") -> str:
    inner = _CATEGORIES.get(found[2], "A-Za-z")
    return f"[{'^' if found[1] == 'P' else ''}{inner}]"


@lru_cache(maxsize=512)
def compile_regex(pattern: str, *, ignore_case: bool = False, flags: int = 0) -> "re.Pattern[str]":
    """A .NET pattern as a Python one.

    Raises:
        ValueError: it is no valid pattern; the message says why.
    """
    translated = _NAMED_GROUP.sub(lambda found: f"(?P<{found[1] or found[2]}>", pattern)
    translated = _NAMED_BACK.sub(r"(?P=\1)", translated)
    translated = _CLASS_DASH.sub(r"\1\\-", translated)
    translated = re.sub(r"\\([pP])\{(\w+)\}", _category, translated)
    translated = translated.replace(r"\z", r"\Z") if r"\z" in translated else translated.replace(r"\Z", r"(?=\n?\Z)")
    translated = re.sub(r"^(.+?)(\(\?[imsx]+\))", r"\2\1", translated)
    try:
        return re.compile(translated, flags | (re.IGNORECASE if ignore_case else 0))
    except re.error as failure:
        raise ValueError(str(failure)) from failure


def named_groups(found: "re.Match[str]") -> "list[tuple[int | str, str | None]]":
    """Each group and what it took; .NET counts those without names first, and calls the others by their names."""
    names = {number: name for name, number in found.re.groupindex.items()}
    plain = [found[number] for number in range(found.re.groups + 1) if number not in names]
    return [*enumerate(plain), *((name, found[number]) for number, name in names.items())]


def group_text(found: "re.Match[str]", group: "int | str") -> str:
    """What a group took, by its .NET number or its name.

    Raises:
        KeyError: the pattern has no such group.
    """
    groups = named_groups(found)
    by_name: dict[int | str, str | None] = {**dict(enumerate(text for _, text in groups)), **dict(groups)}
    return by_name[group] or ""


def expand_replacement(template: str, found: "re.Match[str]") -> str:
    """What a .NET replacement text ($1, ${name}, $&, $$) stands for in one match."""

    def one(mark: "re.Match[str]") -> str:
        if mark[1]:
            return "$"
        if mark[2]:
            return found.group()
        if mark[5] or mark[6]:
            return found.string[: found.start()] if mark[5] else found.string[found.end() :]
        name: int | str = int(mark[3]) if mark[3] else mark[4]
        name = int(name) if isinstance(name, str) and name.isdigit() else name
        try:
            return group_text(found, name)
        except KeyError:
            return mark.group()

    return _REPLACEMENT.sub(one, template)


@lru_cache(maxsize=512)
def wildcard_regex(pattern: str, *, case_sensitive: bool = False) -> "re.Pattern[str]":
    """A wildcard pattern (* ? [a-z] and ` to escape) as a regular expression for the whole text."""
    pieces = []
    at = 0
    while at < len(pattern):
        char = pattern[at]
        if char == "`" and at + 1 < len(pattern):
            at += 1
            pieces.append(re.escape(pattern[at]))
        elif char == "[" and "]" in pattern[at + 2 :]:
            end = pattern.index("]", at + 2)
            pieces.append("[" + pattern[at + 1 : end].replace("\\", "\\\\").replace("^", "\\^") + "]")
            at = end
        else:
            pieces.append({"*": ".*", "?": "."}.get(char) or re.escape(char))
        at += 1
    return re.compile("".join(pieces) + r"\Z", re.DOTALL | (0 if case_sensitive else re.IGNORECASE))


def has_wildcards(text: str) -> bool:
    return any(char in text for char in "*?[")
