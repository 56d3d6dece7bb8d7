"""What a script of ours printed, found among all else, or said to be missing."""

from __future__ import annotations

import json

import pytest

from mintage.errors import CommandFailed
from mintage.powershell import parse_answer


@pytest.mark.parametrize("output", ["", "only words", '{"cut": ', '["a list"]'])
def test_what_is_no_object_is_no_answer(output: str) -> None:
    with pytest.raises(CommandFailed, match="did not answer"):
        parse_answer(output, where="vm")


def test_the_last_object_is_the_answer() -> None:
    text = "\n".join(["a line", json.dumps({"first": 1}), json.dumps({"last": 2}), "another line"])
    assert parse_answer(text, where="vm") == {"last": 2}


def test_an_error_that_the_script_says_is_raised() -> None:
    with pytest.raises(CommandFailed) as failed:
        parse_answer('noise\n{"error":"no such service (line 3)"}\n', where="vm")
    assert failed.value.seen == "no such service (line 3)"
