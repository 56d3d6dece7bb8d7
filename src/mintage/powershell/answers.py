"""What a script of ours prints: one JSON object, whatever else was printed around it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from mintage.errors import CommandFailed

_SHOWN = 600


def parse_answer(output: str, *, where: str) -> Mapping[str, Any]:
    """The last line that is a JSON object. Raises CommandFailed when it says an error, or when there is none."""
    for line in reversed(output.splitlines()):
        answer = _object(line)
        if answer is not None:
            return _successful(answer, where)
    raise CommandFailed(
        "A script in the guest did not answer",
        where=where,
        seen=output.strip()[-_SHOWN:] or "no output",
        remedy="its last lines say why",
    )


def _object(line: str) -> dict[str, Any] | None:
    try:
        answer = json.loads(line) if line.lstrip().startswith("{") else None
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


def _successful(answer: dict[str, Any], where: str) -> dict[str, Any]:
    if answer.keys() == {"error"}:
        raise CommandFailed(
            "A script in the guest failed",
            where=where,
            seen=str(answer["error"])[:_SHOWN],
            remedy="the line is the script's",
        )
    return answer
