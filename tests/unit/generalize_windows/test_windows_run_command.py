"""Run Command: one at a time, its output apart from its errors, and errors that say what went wrong."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError

from mintage.azure.run_command import run_script
from mintage.azure.together import finish
from mintage.errors import CommandFailed, MintageError
from mintage.powershell import parse_answer
from tests.support.powershell_grammar import complaints

BUSY = "Run command extension execution is in progress. Please wait for completion before invoking a run command."


class Machines:
    """``virtual_machines`` of the SDK: what it answers, one call after the other."""

    def __init__(self, *answers: Any) -> None:
        self._answers, self.bodies = list(answers), list[Any]()

    def begin_run_command(self, group: str, name: str, body: Any) -> Any:
        self.bodies.append(body)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return SimpleNamespace(done=lambda: True, result=lambda: answer)


def streams(out: str = "", err: str = "") -> dict[str, Any]:
    return {
        "value": [
            {"code": "ComponentStatus/StdOut/succeeded", "level": "Info", "message": out},
            {"code": "ComponentStatus/StdErr/succeeded", "level": "Info", "message": err},
        ]
    }


def refused(message: str) -> HttpResponseError:
    error = HttpResponseError(message)
    error.status_code = 409
    return error


def run(machines: Machines, script: str = "'hello'") -> str:
    clients: Any = SimpleNamespace(compute=SimpleNamespace(virtual_machines=machines), poll_seconds=0.0)
    return finish("vm", run_script(clients, "group", "vm", script), seconds=5)


def test_a_script_of_somebody_else_is_waited_for() -> None:
    machines = Machines(refused(BUSY), refused(BUSY), streams("hello\n"))
    assert run(machines) == "hello\n"
    assert len(machines.bodies) == 3


def test_another_refusal_is_none_to_wait_for() -> None:
    with pytest.raises(MintageError, match="The VM is deallocated"):
        run(Machines(refused("The VM is deallocated")))


def test_only_errors_are_an_error_and_warnings_beside_an_answer_are_none() -> None:
    with pytest.raises(CommandFailed) as failed:
        run(Machines(streams(err="Access is denied\n")))
    assert failed.value.seen == "Access is denied"
    assert run(Machines(streams('{"a": 1}', "warning"))) == '{"a": 1}'


def test_a_script_says_its_own_error_since_azure_would_not() -> None:
    machines = Machines(streams("x"))
    run(machines, "if ($true) {\n    'in'\n}")
    (body,) = machines.bodies
    assert complaints("\n".join(body["script"])) == []
    assert body["script"][:2] == ["try {", "if ($true) {"]
    with pytest.raises(CommandFailed) as failed:
        parse_answer('noise\n{"error":"no such service (line 3)"}\n', where="vm")
    assert failed.value.seen == "no such service (line 3)"


@pytest.mark.parametrize("output", ["", "only words", '{"cut": ', '["a list"]'])
def test_what_is_no_object_is_no_answer(output: str) -> None:
    with pytest.raises(CommandFailed, match="did not answer"):
        parse_answer(output, where="vm")


def test_the_last_object_is_the_answer() -> None:
    text = "\n".join(["a line", json.dumps({"first": 1}), json.dumps({"last": 2}), "another line"])
    assert parse_answer(text, where="vm") == {"last": 2}
