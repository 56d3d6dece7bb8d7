"""The endpoint by which faults are added, seen and removed: apart from Resource Manager, with a token of its own."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from localazure.faults.fault import ImpossibleFault
from localazure.faults.kinds.every import ANY_FAULT, KINDS
from localazure.faults.kinds.machines import MachineFault
from localazure.faults.known import known_operations, refuse_impossible
from localazure.faults.ledger import StandingFault
from localazure.files import read_or_make_secret
from localazure.hypervisor.base import HypervisorError

if TYPE_CHECKING:
    from localazure.cloud import Cloud

ROOT = "/_localazure/faults"
_Handler = Callable[[int, bytes], Response]
"""Takes the number in the path, 0 if there is none, and the body."""


def token_file(state: Path) -> Path:
    """Where a server's control token is: readable by its owner only."""
    return state / "faults" / "token"


def control_token(state: Path) -> str:
    return read_or_make_secret(token_file(state), lambda: secrets.token_urlsafe(32))


def control_routes(cloud: Cloud) -> list[BaseRoute]:
    """What goes under the metadata listener."""
    endpoint = _Endpoint(cloud)
    one = f"{ROOT}/{{id:int}}"
    handlers: list[tuple[str, str, _Handler]] = [
        ("GET", ROOT, lambda _, __: endpoint.listed()),
        ("POST", ROOT, lambda _, content: endpoint.add(content)),
        ("DELETE", ROOT, lambda _, __: endpoint.clear()),
        ("GET", f"{ROOT}/operations", lambda _, __: endpoint.operations()),
        ("GET", one, lambda fault, _: endpoint.show(fault)),
        ("DELETE", one, lambda fault, _: endpoint.remove(fault)),
        ("GET", f"{one}/calls", lambda fault, _: endpoint.calls(fault)),
    ]
    guard = _Guard(cloud.settings.state)
    return [Route(path, guard.let_in(handler), methods=[method]) for method, path, handler in handlers]


class _Guard:
    """Refuses who cannot read the token's file."""

    def __init__(self, state: Path) -> None:
        self._file = token_file(state)
        self._expected = f"Bearer {control_token(state)}".encode()

    def let_in(self, handler: _Handler) -> Callable[[Request], Awaitable[Response]]:
        async def serve(request: Request) -> Response:
            given = request.headers.get("authorization", "").encode()
            if not secrets.compare_digest(given, self._expected):
                return _refusal(401, "Unauthorized", f"the token to give is in {self._file}")
            return await run_in_threadpool(handler, request.path_params.get("id", 0), await request.body())

        return serve


class _Endpoint:
    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    def listed(self) -> Response:
        return JSONResponse({"faults": [each.model_dump(mode="json") for each in self._cloud.faults.listed()]})

    def add(self, content: bytes) -> Response:
        try:
            fault = ANY_FAULT.validate_json(content)
            refuse_impossible(fault, self._cloud)
        except ValidationError as error:
            return _refusal(400, "InvalidFault", explain(error))
        except ImpossibleFault as error:
            return _refusal(400, "ImpossibleFault", str(error))
        added = self._cloud.faults.add(fault)
        if not isinstance(fault, MachineFault) or not fault.at_once:
            return _shown(added, 201)
        try:
            self._cloud.faults.count(added.id, self._cloud.befalling.befall_now(fault))
        except HypervisorError as error:
            self._cloud.faults.remove(added.id)
            return _refusal(400, "ImpossibleFault", str(error))
        return _shown(self._find(added.id) or added, 201)

    def show(self, fault_id: int) -> Response:
        found = self._find(fault_id)
        return _shown(found) if found else _absent(fault_id)

    def remove(self, fault_id: int) -> Response:
        if self._find(fault_id) is None:
            return _absent(fault_id)
        return self._end(fault_id)

    def clear(self) -> Response:
        return self._end(*(each.id for each in self._cloud.faults.listed()))

    def calls(self, fault_id: int) -> Response:
        if self._find(fault_id) is None:
            return _absent(fault_id)
        calls = self._cloud.recordings.calls(fault_id)
        return JSONResponse({"calls": [call.model_dump(mode="json") for call in calls]})

    def operations(self) -> Response:
        return JSONResponse({"operations": [each.name for each in known_operations(self._cloud)]})

    def _end(self, *fault_ids: int) -> Response:
        ended = [each.fault for each in self._cloud.faults.listed() if each.id in fault_ids]
        with self._cloud.store.changing():
            self._cloud.faults.remove(*fault_ids)
            self._cloud.recordings.remove(*fault_ids)
        for fault in ended:
            if isinstance(fault, MachineFault):
                self._cloud.befalling.lift(fault)
        return Response(status_code=204)

    def _find(self, fault_id: int) -> StandingFault | None:
        return next((each for each in self._cloud.faults.listed() if each.id == fault_id), None)


def explain(error: ValidationError) -> str:
    """What is wrong with a description, and what is allowed."""
    first = error.errors(include_url=False)[0]
    if first["type"] in {"union_tag_not_found", "union_tag_invalid"}:
        return f"kind: a fault has one of these: {', '.join(KINDS)}"
    kind, *place = first["loc"]
    what = ".".join(str(part) for part in place)
    if first["type"] == "extra_forbidden":
        allowed = [name for name in KINDS[str(kind)].model_fields if name != "kind"]
        return f"{what}: a fault of kind '{kind}' has no such thing; it has {', '.join(allowed)}"
    return f"{what}: {first['msg']}"


def _shown(fault: StandingFault, status: int = 200) -> Response:
    return JSONResponse(fault.model_dump(mode="json"), status)


def _absent(fault_id: int) -> Response:
    return _refusal(404, "NoSuchFault", f"there is no fault {fault_id}; it was removed, or never added")


def _refusal(status: int, code: str, message: str) -> Response:
    body: dict[str, Any] = {"error": {"code": code, "message": message}}
    return JSONResponse(body, status)
