"""The wire server of one VM, at 168.63.129.16: what it should be (the goal state), and what the guest says it is.

As far as cloud-init 22.4 and WALinuxAgent 2.7 use it. The only extension that it ever asks for is Run Command's, and
it has no certificates, by which Azure encrypts extensions' settings: there is nothing secret in these.
"""

from __future__ import annotations

import logging
import xml.etree.ElementTree as ET
from typing import TypedDict

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from localazure.guest.reports import GuestReports
from localazure.guest.run_command import ScriptDesk
from localazure.guest.run_command.routes import extension, extension_routes
from localazure.guest.templates import render
from localazure.hypervisor.base import GuestIdentity

ADDRESS = "168.63.129.16"
_CONFIGS = {"hostingEnvironmentConfig", "sharedConfig", "extensionsConfig"}
_log = logging.getLogger("localazure.guest")


class WireIds(TypedDict):
    """What the fabric calls the parts of a VM. Azure makes them up; here they all come from the VM's id."""

    deployment: str
    container: str
    instance: str
    name: str
    address: str


def wire_ids(identity: GuestIdentity) -> WireIds:
    return WireIds(
        deployment=identity.vm_id,
        container=identity.vm_id,
        instance=f"_{identity.name}",
        name=f"_{identity.name}",
        address=identity.private_ip,
    )


def wire_server(identity: GuestIdentity, reports: GuestReports, desk: ScriptDesk) -> Starlette:
    """The server as an ASGI application; what the guest reports goes to ``reports``, scripts come from ``desk``."""
    ids = wire_ids(identity)
    config_uri = f"http://{ADDRESS}/machine/{ids['container']}/{ids['instance']}?comp=config"

    async def root(_: Request) -> Response:
        return _xml(render("versions"))

    async def machine(request: Request) -> Response:
        match request.method, request.query_params.get("comp", "").lower():
            case "GET", "goalstate":
                return _xml(render("goalstate", ids=ids, config_uri=config_uri, wish=desk.wish()))
            case "POST", "health":
                return take_health(await request.body(), reports)
            case "POST", "roleproperties" | "telemetrydata":
                return Response()
        return PlainTextResponse("Not found", 404)

    async def config(request: Request) -> Response:
        kind = request.query_params.get("type", "")
        if kind not in _CONFIGS:
            return PlainTextResponse("Not found", 404)
        return _xml(render(kind, ids=ids, extension=extension(ADDRESS), wish=desk.wish()))

    return Starlette(
        routes=[
            Route("/", root),
            Route("/machine", machine, methods=["GET", "POST"]),
            Route("/machine/", machine, methods=["GET", "POST"]),
            Route("/machine/{container}/{instance}", config),
            *extension_routes(ADDRESS, desk),
            # The agent tells here how its calls to the host plugin went; the host plugin knows already.
            Route("/HealthService", _accepted, methods=["POST"]),
        ]
    )


def take_health(body: bytes, reports: GuestReports) -> Response:
    """Read a health report: Ready ends provisioning well; NotReady ends it badly when it says ProvisioningFailed."""
    try:
        health = ET.fromstring(body)  # noqa: S314 (the sender runs code on this host's hypervisor anyway)
    except ET.ParseError as error:
        return PlainTextResponse(f"The health report is not XML: {error}", 400)
    state, sub_status = health.findtext(".//Health/State"), health.findtext(".//Details/SubStatus")
    reason = (health.findtext(".//Details/Description") or "").strip()
    _log.info("A guest reports %s %s %s", state, sub_status or "", reason)
    if state == "Ready":
        reports.ready()
    elif sub_status == "ProvisioningFailed":
        reports.failed(reason or "The guest reported ProvisioningFailed and no reason.")
    return Response()


async def _accepted(_: Request) -> Response:
    return Response()


def _xml(text: str) -> Response:
    return Response(text, media_type="text/xml")
