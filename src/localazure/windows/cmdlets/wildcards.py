"""PowerShell's wildcards: ``*``, ``?``, ``[a-z]``, and the backtick that takes their meaning away."""

from __future__ import annotations

import re
from functools import lru_cache


def has_wildcard(text: str) -> bool:
    return bool(re.search(r"(?<!`)[*?\[]", text))


def matches(text: str, pattern: str) -> bool:
    """Whether the whole text fits, in any case."""
    return _compiled(pattern).fullmatch(text) is not None


def unescaped(text: str) -> str:
    return re.sub(r"`(.)", r"\1", text)


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = re.findall(r"`.|\[[^\]]+\]|.", pattern, re.DOTALL)
    return re.compile("".join(map(_part, parts)), re.IGNORECASE | re.DOTALL)


def _part(part: str) -> str:
    if part == "*":
        return ".*"
    if part == "?":
        return "."
    if part.startswith("[") and len(part) > 2:
        return "[" + part[1:-1].replace("\\", "\\\\").replace("^", "\\^") + "]"
    return re.escape(part[1:] if part.startswith("`") and len(part) > 1 else part)
