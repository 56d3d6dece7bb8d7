"""What the guest's answers mean."""

from __future__ import annotations

import base64
import binascii
import gzip
import json
import re
from collections.abc import Iterable, Sequence

from mintage.artifacts import Check
from mintage.generalize.base import Operation, Question

MARK = "mintage-check "
_CONSOLE = re.compile(r"mintage-generalized passed=(?:yes|no) boot=([0-9a-f-]+) proof=([A-Za-z0-9+/=]+)")


def parse_checks(lines: Iterable[str], asked: Sequence[Operation | Question]) -> tuple[Check, ...]:
    """One check for each that was asked, in that order. What the guest did not answer has not passed."""
    answers = dict(_answer(line) for line in lines if line.startswith(MARK))
    return tuple(_check(item, answers.get(item.name, "no answer from the guest")) for item in asked)


def checks_from_serial_log(text: str, operations: Sequence[Operation], boot_id: str) -> tuple[Check, ...] | None:
    """The proof that a guest wrote to its serial console in that boot, before its login went; None when there is none.

    It is for a task that is started again after its predecessor lost the connection at the end.
    """
    for packed in reversed([proof for boot, proof in _CONSOLE.findall(text) if boot == boot_id]):
        try:
            lines = gzip.decompress(base64.b64decode(packed, validate=True)).decode(errors="replace").splitlines()
        except (binascii.Error, OSError, EOFError):
            # A message of the kernel came in between.
            continue
        return parse_checks(lines, operations)
    return None


def _answer(line: str) -> tuple[str, str]:
    answer = json.loads(line.removeprefix(MARK))
    return answer["name"], answer["seen"]


def _check(item: Operation | Question, seen: str) -> Check:
    return Check(name=item.name, passed=not seen, seen=seen or "clean", remedy=item.remedy if seen else "")
