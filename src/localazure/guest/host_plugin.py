"""The host's plugin for the guest agent, at 168.63.129.16:32526: the agent leaves its status here every few seconds.

As far as WALinuxAgent 2.7 uses it; what is not here answers 404, which the agent takes for an older host.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from localazure.guest.reports import GuestReports
from localazure.guest.run_command import ScriptDesk

API_VERSION = "2015-09-01"


def host_plugin(reports: GuestReports, desk: ScriptDesk) -> Starlette:
    """The plugin as an ASGI application; the agent's status goes to ``reports``, its extensions' to ``desk``."""

    async def status(request: Request) -> Response:
        try:
            document = unpack(await request.json())
            take_status(document, reports)
            desk.take(document["aggregateStatus"])
        except (ValueError, KeyError, TypeError, binascii.Error) as error:
            return PlainTextResponse(f"This is not an agent's status: {error!r}", 400)
        return Response()

    async def log(request: Request) -> Response:
        """A zip of the agent's logs, for Azure's support; localazure has none."""
        await request.body()
        return Response()

    return Starlette(
        routes=[
            Route("/versions", _versions),
            Route("/health", _healthy),
            Route("/status", status, methods=["PUT"]),
            Route("/status/{instance}", status, methods=["PUT"]),
            Route("/vmAgentLog", log, methods=["PUT"]),
        ]
    )


def unpack(body: dict[str, Any]) -> dict[str, Any]:
    """The status document: by way of the plugin it comes wrapped as a blob upload, directly it comes as it is."""
    if "content" not in body:
        return body
    document: dict[str, Any] = json.loads(base64.b64decode(body["content"]))
    return document


def take_status(document: dict[str, Any], reports: GuestReports) -> None:
    """Keep what the agent says of itself. Raises KeyError or TypeError when the document is of another form."""
    agent = document["aggregateStatus"]["guestAgentStatus"]
    reports.agent(
        version=str(agent["version"]),
        status=_display(str(agent["status"])),
        message=str(agent["formattedMessage"]["message"]),
    )


def _display(status: str) -> str:
    """The agent writes ``Ready`` and ``NotReady``; Azure's instance view shows ``Ready`` and ``Not Ready``."""
    return "Not Ready" if status == "NotReady" else status


async def _versions(_: Request) -> Response:
    return JSONResponse([API_VERSION])


async def _healthy(_: Request) -> Response:
    return Response()
