"""The instance metadata service of one VM, at 169.254.169.254: what the guest may know about itself.

Behaviour after Microsoft's page "Azure Instance Metadata Service": header, versions, formats, and error texts.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from localazure.guest.imds_documents import instance_document
from localazure.guest.scheduled_events import ScheduledEvents
from localazure.hypervisor.base import GuestIdentity

API_VERSIONS = (
    "2017-03-01", "2017-04-02", "2017-08-01", "2017-10-01", "2017-12-01", "2018-02-01", "2018-04-02", "2018-10-01",
    "2019-02-01", "2019-03-11", "2019-04-30", "2019-06-01", "2019-06-04", "2019-08-01", "2019-08-15", "2019-11-01",
    "2020-06-01", "2020-07-15", "2020-09-01", "2020-10-01", "2020-12-01", "2021-01-01", "2021-02-01", "2021-03-01",
    "2021-05-01", "2021-08-01", "2021-10-01", "2021-11-01", "2021-11-15", "2021-12-13", "2023-07-01", "2023-11-15",
)  # fmt: skip
_NO_HEADER = "Bad request. Required metadata header not specified"
_BAD_VERSION = (
    "Bad request. api-version is invalid or was not specified in the request. "
    "For more information refer to aka.ms/azureimds"
)
_NOT_DONE = "localazure does not do this: "


class _StartRequest(BaseModel):
    event_id: str = Field(alias="EventId")


class StartRequests(BaseModel):
    """What a guest says of events that it is ready for."""

    requests: list[_StartRequest] = Field(alias="StartRequests")


def imds(identity: GuestIdentity, scheduled: ScheduledEvents) -> Starlette:
    """The service as an ASGI application."""

    async def instance(request: Request) -> Response:
        return _refusal(request) or _instance(request, instance_document(identity))

    async def versions(request: Request) -> Response:
        return _refusal(request, versioned=False) or JSONResponse({"apiVersions": list(API_VERSIONS)})

    async def events(request: Request) -> Response:
        """A local Azure maintains nothing: all that is ever scheduled is that a Spot machine is taken back."""
        if refusal := _refusal(request, versioned=False):
            return refusal
        if request.method == "POST":
            return _started(await request.body(), scheduled)
        return JSONResponse(scheduled.document(identity.name))

    return Starlette(
        routes=[
            Route("/metadata/instance", instance),
            Route("/metadata/instance/{rest:path}", instance),
            Route("/metadata/versions", versions),
            Route("/metadata/scheduledevents", events, methods=["GET", "POST"]),
            Route("/metadata/identity/oauth2/token", _no_identity),
            Route("/metadata/attested/document", _no_attestation),
            Route("/metadata/{rest:path}", _not_found),
        ]
    )


def _refusal(request: Request, *, versioned: bool = True) -> Response | None:
    if request.headers.get("metadata", "").lower() != "true" or "x-forwarded-for" in request.headers:
        return _error(_NO_HEADER)
    if versioned and request.query_params.get("api-version") not in API_VERSIONS:
        return JSONResponse({"error": _BAD_VERSION, "newest-versions": list(API_VERSIONS[:-4:-1])}, 400)
    return None


def _started(body: bytes, scheduled: ScheduledEvents) -> Response:
    """The guest need not wait for what it names."""
    try:
        asked = StartRequests.model_validate_json(body)
    except ValidationError:
        return _error('Bad request. The body must be such as {"StartRequests": [{"EventId": "..."}]}')
    if not scheduled.start({each.event_id for each in asked.requests}):
        return _error("Bad request. There is no such event")
    return Response()


def _instance(request: Request, document: dict[str, Any]) -> Response:
    """The part of the document that the path names, as JSON or, for a leaf, as text."""
    found: Any = document
    for name in str(request.path_params.get("rest", "")).strip("/").split("/"):
        if name:
            found = _child(found, name)
    if found is None:
        return _error("Not found", 404)
    as_text = request.query_params.get("format", "json").lower() == "text"
    if not as_text:
        leaf = not isinstance(found, dict | list)
        return (
            _error("Bad request. The format of a leaf is text; ask with format=text") if leaf else JSONResponse(found)
        )
    return PlainTextResponse(_listing(found))


def _child(node: Any, name: str) -> Any:
    if isinstance(node, dict):
        return next((value for key, value in node.items() if key.lower() == name.lower()), None)
    if isinstance(node, list) and name.isdecimal() and int(name) < len(node):
        return node[int(name)]
    return None


def _listing(node: Any) -> str:
    """A leaf is its value; anything else lists its children, with a slash after those that have children."""
    if isinstance(node, dict):
        return "\n".join(f"{key}/" if isinstance(value, dict | list) else key for key, value in node.items())
    if isinstance(node, list):
        return "\n".join(f"{number}/" for number in range(len(node)))
    return str(node)


async def _no_identity(request: Request) -> Response:
    """What Azure answers on a VM without a managed identity, and localazure's VMs have none."""
    answer = {"error": "invalid_request", "error_description": "Identity not found"}
    return _refusal(request) or JSONResponse(answer, 400)


async def _no_attestation(request: Request) -> Response:
    return _refusal(request) or _error(_NOT_DONE + "attested documents are signed by Microsoft only", 501)


async def _not_found(request: Request) -> Response:
    return _refusal(request, versioned=False) or _error("Not found", 404)


def _error(text: str, status: int = 400) -> Response:
    return JSONResponse({"error": text}, status)
