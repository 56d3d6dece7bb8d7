"""The HTTP face of Azure Resource Manager: authenticate, parse, dispatch, answer."""

from __future__ import annotations

import json
import logging
import re
import uuid
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from localazure.arm.auth import Tokens
from localazure.arm.budgets import throttled
from localazure.arm.calls import Answer, Call
from localazure.arm.errors import CloudError
from localazure.arm.families import result_answer, status_answer
from localazure.arm.operations import Operation
from localazure.arm.paths import parse_target
from localazure.cloud import Cloud
from localazure.database import StoreError
from localazure.faults.occasions import Occasion, occasion_of
from localazure.faults.passage import pass_faults
from localazure.faults.refusals import refusal
from localazure.hypervisor.base import HypervisorError
from localazure.listener import NoResponse

log = logging.getLogger("localazure.arm")

_OPERATION_URL = re.compile(
    r"/subscriptions/[^/]+/(?:operationresults"
    r"|providers/[^/]+/locations/[^/]+/(?:operations|operationResults|diskOperations|capsOperations))/(?P<id>[^/]+)",
    re.IGNORECASE,
)
METHODS = ["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"]


def arm_app(cloud: Cloud, tokens: Tokens, public_routes: list[BaseRoute]) -> Starlette:
    """The application. ``public_routes`` are served without a token and before everything else (login, metadata)."""

    async def arm(request: Request) -> Response:
        request_id = str(uuid.uuid4())
        content = await request.body()
        answer = await _answer(cloud, tokens, request, content)
        said = f"{answer.status}{_reason(answer)}" if answer else "no answer"
        log.info("%s %s -> %s", request.method, request.url.path, said)
        return NoResponse() if answer is None else _response(answer, request_id, f"{request.base_url}{tokens.tenant}")

    return Starlette(routes=[*public_routes, Route("/{path:path}", arm, methods=METHODS)])


async def _answer(cloud: Cloud, tokens: Tokens, request: Request, content: bytes) -> Answer | None:
    try:
        call, occasion = await run_in_threadpool(_understood, cloud, tokens, request, content)
        if cloud.budgets is None:
            return await pass_faults(request, cloud, occasion, lambda: _serve(cloud, call, occasion))
        headers, missing = cloud.budgets.spend(occasion)
        if missing > 0:
            return throttled(refusal(429, occasion, cloud), headers, missing)
        answer = await pass_faults(request, cloud, occasion, lambda: _serve(cloud, call, occasion))
        return answer and Answer(answer.status, answer.body, headers | answer.headers)
    except CloudError as error:
        return Answer(error.status, {"error": error.body()})
    except StoreError as error:
        return _broken(error)


def _understood(cloud: Cloud, tokens: Tokens, request: Request, content: bytes) -> tuple[Call, Occasion]:
    base_url = f"{request.url.scheme}://{request.url.netloc}"
    tokens.check(request.headers.get("authorization"), base_url)
    call = _call(request, content, base_url)
    polled = _polled(cloud, call)
    spelled = {name: kind.full_type for name, kind in cloud.types.items()}
    return call, occasion_of(call, polled.target if polled else None, spelled, cloud.allocation(call))


def _serve(cloud: Cloud, call: Call, occasion: Occasion) -> Answer:
    try:
        return _operation(cloud, call) or _served(cloud, call, occasion)
    except CloudError as error:
        return Answer(error.status, {"error": error.body()})
    except (HypervisorError, StoreError) as error:
        return _broken(error)
    except Exception:
        log.exception("%s %s failed", call.method, call.path)
        message = "localazure failed to answer; its log has the details. This is a defect in localazure."
        return Answer(500, {"error": {"code": "InternalServerError", "message": message}})


def _reason(answer: Answer) -> str:
    """Why it was refused, for the log."""
    if answer.status < 400 or not isinstance(answer.body, dict):
        return ""
    error = answer.body.get("error") or {}
    return f": {error.get('code')}: {error.get('message')}"


def _broken(error: Exception) -> Answer:
    return Answer(500, {"error": {"code": "InternalExecutionError", "message": str(error)}})


def _call(request: Request, content: bytes, base_url: str) -> Call:
    query = {name.lower().lstrip("$"): value for name, value in request.query_params.items()}
    return Call(
        method=request.method,
        path=request.url.path,
        api_version=_api_version(query.get("api-version")),
        query=query,
        body=_json(content),
        base_url=base_url,
    )


def _api_version(given: str | None) -> str:
    if given is None:
        message = "The api-version query parameter (?api-version=) is required for all requests."
        raise CloudError(400, "MissingApiVersionParameter", message)
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}(-preview)?", given):
        message = f"The api-version '{given}' is invalid. It must be a date such as 2024-07-01, or 2024-07-01-preview."
        raise CloudError(400, "InvalidApiVersionParameter", message)
    return given


def _json(content: bytes) -> Any:
    if not content:
        return None
    try:
        return json.loads(content)
    except ValueError as error:
        message = f"The request content was invalid and could not be deserialized: '{error}'."
        raise CloudError(400, "InvalidRequestContent", message) from None


def _operation(cloud: Cloud, call: Call) -> Answer | None:
    found = _operation_id(call)
    if found is None:
        return None
    operation = cloud.operations.find(found)
    if operation is None:
        raise CloudError(404, "NotFound", f"The operation '{found}' could not be found.")
    by_location = "monitor" in call.query or "results" in call.path.lower().split("/")[-2]
    return result_answer(operation, call, cloud.pace) if by_location else status_answer(operation, cloud.pace)


def _polled(cloud: Cloud, call: Call) -> Operation | None:
    found = _operation_id(call)
    return cloud.operations.find(found) if found else None


def _operation_id(call: Call) -> str | None:
    found = _OPERATION_URL.fullmatch(call.path.rstrip("/"))
    return found["id"] if found and call.method == "GET" else None


def _served(cloud: Cloud, call: Call, occasion: Occasion) -> Answer:
    words = call.path.strip("/").split("/")
    if len(words) > 1 and words[0].lower() == "subscriptions" and words[1].lower() not in cloud.subscriptions:
        raise CloudError(404, "SubscriptionNotFound", f"The subscription '{words[1]}' could not be found.")
    return cloud.serve(call, parse_target(call.method, call.path, cloud.types), occasion)


def _response(answer: Answer, request_id: str, authority: str) -> Response:
    headers = {"x-ms-request-id": request_id, "x-ms-correlation-request-id": request_id} | answer.headers
    if answer.status == 401:
        headers["WWW-Authenticate"] = _challenge(answer, authority)
    if answer.body is None:
        return Response(status_code=answer.status, headers=headers)
    return JSONResponse(answer.body, answer.status, headers)


def _challenge(answer: Answer, authority: str) -> str:
    why = answer.body["error"]["message"].replace('"', "'")
    return f'Bearer authorization_uri="{authority}", error="invalid_token", error_description="{why}"'
