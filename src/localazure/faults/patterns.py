"""Which operations and resources a fault is meant for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase


def matches(patterns: str | Sequence[str], text: str) -> bool:
    """Whether one of the patterns fits, and none that begins with ``!`` does.

    Without case; ``*`` and ``?`` as in a shell. Patterns that all begin with ``!`` fit everything else.
    """
    return _match(patterns, lambda _: text)


def matches_resource(patterns: str | Sequence[str], resource: str) -> bool:
    """Whether the patterns fit an id. A pattern without a slash is for the last word of it, the resource's name."""
    name = resource.rpartition("/")[2]
    return _match(patterns, lambda pattern: resource if "/" in pattern else name)


def _match(patterns: str | Sequence[str], subject: Callable[[str], str]) -> bool:
    def fits(pattern: str) -> bool:
        return fnmatchcase(subject(pattern).lower(), pattern.lower())

    several = (patterns,) if isinstance(patterns, str) else patterns
    refused = [pattern[1:] for pattern in several if pattern.startswith("!")]
    wanted = [pattern for pattern in several if not pattern.startswith("!")] or ["*"]
    return any(map(fits, wanted)) and not any(map(fits, refused))
