"""Adds faults to a running server, from a test or a command line."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any, Self

import httpx

from localazure.faults.control import ROOT, token_file
from localazure.faults.kinds.every import AnyFault
from localazure.faults.ledger import StandingFault
from localazure.faults.recording import RecordedCall


class FaultRefused(Exception):
    """The server took no such fault, or has none of that number. ``str(error)`` says what is allowed."""


class FaultClient:
    """For one server. Raises FaultRefused for what it refuses, and httpx.TransportError when it does not answer."""

    def __init__(self, state: Path) -> None:
        """``state``: the server's folder, in which it says where it listens. Raises FileNotFoundError if none runs."""
        metadata = json.loads((state / "server.json").read_text())["metadata"]
        headers = {"Authorization": f"Bearer {token_file(state).read_text()}"}
        self._http = httpx.Client(base_url=metadata, headers=headers, timeout=30, trust_env=False)

    def add(self, fault: AnyFault) -> StandingFault:
        return StandingFault.model_validate(self._ask("POST", "", fault.model_dump(mode="json")))

    def listed(self) -> list[StandingFault]:
        """All that stand, oldest first."""
        return [StandingFault.model_validate(each) for each in self._ask("GET", "")["faults"]]

    def get(self, fault_id: int) -> StandingFault:
        return StandingFault.model_validate(self._ask("GET", f"/{fault_id}"))

    def remove(self, fault_id: int) -> None:
        self._ask("DELETE", f"/{fault_id}")

    def clear(self) -> None:
        """Remove all faults and recordings."""
        self._ask("DELETE", "")

    def calls(self, fault_id: int) -> list[RecordedCall]:
        """What a fault of kind ``record`` wrote down, in order."""
        return [RecordedCall.model_validate(each) for each in self._ask("GET", f"/{fault_id}/calls")["calls"]]

    def operations(self) -> list[str]:
        """What a fault's ``operation`` can match."""
        found: list[str] = self._ask("GET", "/operations")["operations"]
        return found

    def await_strike(self, fault_id: int, *, strikes: int = 1, within: float = 30) -> StandingFault:
        """Return once the fault has struck so often. Raises TimeoutError after ``within`` seconds."""
        deadline = time.monotonic() + within
        while (seen := self.get(fault_id)).struck < strikes:
            if time.monotonic() > deadline:
                message = (
                    f"fault {fault_id} struck {seen.struck} times within {within} s, not {strikes}: {seen.fault!r}"
                )
                raise TimeoutError(message)
            time.sleep(0.02)
        return seen

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        answer = self._http.request(method, f"{ROOT}{path}", json=body)
        if answer.is_error:
            told = answer.json()["error"]["message"] if _is_json(answer) else f"{answer.status_code}: {answer.text}"
            raise FaultRefused(told)
        return answer.json() if answer.content else None


def _is_json(answer: httpx.Response) -> bool:
    """What went wrong in the server itself is told as text."""
    return str(answer.headers.get("content-type", "")).startswith("application/json")
