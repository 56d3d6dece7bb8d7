"""What a script of ours prints: one JSON object, whatever else was printed around it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from mintage.errors import CommandFailed

_SHOWN = 600


def parse_answer(output: str, *, where: str, errors: str = "") -> Mapping[str, Any]:
    """The last line that is a JSON object. Raises CommandFailed with the end of the output when there is none."""
    for line in reversed(output.splitlines()):
        if line.lstrip().startswith("{"):
            try:
                answer = json.loads(line)
            except ValueError:
                continue
            if isinstance(answer, dict):
                return answer
    raise CommandFailed(
        "A script in the guest did not answer",
        where=where,
        seen=(errors.strip() or output.strip() or "no output")[-_SHOWN:],
        remedy="its last lines say why",
    )
