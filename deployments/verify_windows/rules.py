"""How an answer is judged: one field of what a script saw, and what the model assumes of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Seen = Mapping[str, Any]
"""What a point saw: a JSON object."""


@dataclass(frozen=True)
class Rule:
    """``text`` ends the sentence that ``field`` begins; ``holds`` is asked with the field's value, None when absent."""

    field: str
    text: str
    holds: Callable[[Any], bool]

    def difference(self, seen: Seen) -> str | None:
        """What was seen instead, or None."""
        found = seen.get(self.field)
        return None if self.field in seen and self.holds(found) else f"{self.field} is {found!r}, not {self.text}"


def equals(field: str, expected: object) -> Rule:
    # True is 1 to Python, and not to JSON.
    return Rule(field, f"{expected!r}", lambda found: found == expected and type(found) is type(expected))


def one_of(field: str, *expected: object) -> Rule:
    return Rule(field, f"one of {', '.join(map(repr, expected))}", lambda found: found in expected)


def matches(field: str, pattern: str) -> Rule:
    return Rule(field, f"as /{pattern}/", lambda found: re.search(pattern, str(found)) is not None)


def at_most(field: str, most: float) -> Rule:
    return Rule(field, f"at most {most:g}", lambda found: _is_number(found) and found <= most)


def at_least(field: str, least: float) -> Rule:
    return Rule(field, f"at least {least:g}", lambda found: _is_number(found) and found >= least)


def includes(field: str, *members: str) -> Rule:
    """The field is a list of texts, and each of these is in it, in whatever case: Windows does not tell them apart."""
    wanted = {each.lower() for each in members}
    return Rule(
        field,
        f"a list with {', '.join(members)}",
        lambda found: isinstance(found, list) and wanted <= {str(each).lower() for each in found},
    )


def nothing_but(field: str, *members: str) -> Rule:
    """The field is a list, and nothing else is in it; all of these need not be."""
    text = f"a list of nothing but {', '.join(members)}" if members else "an empty list"
    return Rule(field, text, lambda found: isinstance(found, list) and {*found} <= {*members})


def ends_with(field: str, last: str) -> Rule:
    return Rule(field, f"a list that ends with {last}", lambda found: isinstance(found, list) and found[-1:] == [last])


def _is_number(found: object) -> bool:
    return isinstance(found, int | float) and not isinstance(found, bool)
