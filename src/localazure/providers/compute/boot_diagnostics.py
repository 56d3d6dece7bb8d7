"""Boot diagnostics: what the guest wrote to its serial port, at a URL that carries its own, short-lived permission."""

from __future__ import annotations

import hashlib
import hmac
import time
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute
from starlette.routing import Route as WebRoute

from localazure.arm.calls import Answer, Call
from localazure.arm.errors import CloudError, invalid_parameter
from localazure.arm.ids import ResourceId
from localazure.cloud import Cloud, Route
from localazure.hypervisor.base import HypervisorError
from localazure.providers.compute.references import VIRTUAL_MACHINE
from localazure.store import Resource

DEFAULT_MINUTES = 120
LONGEST_MINUTES = 1440


def retrieve_boot_diagnostics(cloud: Cloud, call: Call, values: dict[str, str]) -> Answer:
    """``POST …/retrieveBootDiagnosticsData``: where the serial log is. There is no screen, so no screenshot either."""
    rid = ResourceId(values["subscription"], values["group"]).sibling(VIRTUAL_MACHINE, values["name"])
    vm = cloud.type_of(VIRTUAL_MACHINE).existing(rid)
    if not vm.properties.get("diagnosticsProfile", {}).get("bootDiagnostics", {}).get("enabled"):
        message = f"Boot diagnostics is not enabled on VM '{vm.rid.name}'. Enable it to retrieve its data."
        raise CloudError(409, "OperationNotAllowed", message)
    ends = int(time.time()) + 60 * _minutes(call)
    return Answer(200, {"serialConsoleLogBlobUri": f"{call.base_url}{_path(vm)}?{_permission(vm, ends)}"})


def boot_diagnostics_blobs(cloud: Cloud) -> list[BaseRoute]:
    """The serial logs themselves, served to whoever has a URL that is still good."""

    def blob(request: Request) -> Response:
        vm = _find(cloud, request.path_params["vm_id"])
        if vm is None or not _is_permitted(vm, request):
            return PlainTextResponse("AuthenticationFailed: the signature is not valid, or not any more.", 403)
        try:
            content = cloud.hypervisor.serial_log(vm.internal["vm_id"])
        except HypervisorError:
            return PlainTextResponse("BlobNotFound: the machine has not been started yet.", 404)
        return Response(content, media_type="text/plain; charset=utf-8", headers={"x-ms-blob-type": "AppendBlob"})

    return [WebRoute("/bootdiagnostics/{vm_id}/{name}", blob, methods=["GET", "HEAD"])]


RETRIEVE_ROUTE = Route(
    "POST",
    "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Compute/virtualMachines/{name}"
    "/retrieveBootDiagnosticsData",
    retrieve_boot_diagnostics,
)


def _minutes(call: Call) -> int:
    text = call.query.get("sasuriexpirationtimeinminutes", str(DEFAULT_MINUTES))
    if not text.isdigit() or not 1 <= int(text) <= LONGEST_MINUTES:
        message = f"The value '{text}' must be a whole number between 1 and {LONGEST_MINUTES}."
        raise invalid_parameter(message, "sasUriExpirationTimeInMinutes")
    return int(text)


def _path(vm: Resource) -> str:
    vm_id = vm.internal["vm_id"]
    return f"/bootdiagnostics/{vm_id}/{vm.rid.name}.{vm_id}.serialconsole.log"


def _permission(vm: Resource, ends: int) -> str:
    return urlencode({"sr": "b", "sp": "r", "se": ends, "sig": _signature(vm, str(ends))})


def _signature(vm: Resource, ends: str) -> str:
    signed = f"r\n{_path(vm)}\n{ends}".encode()
    return hmac.new(bytes.fromhex(vm.internal["blob_key"]), signed, hashlib.sha256).hexdigest()


def _is_permitted(vm: Resource, request: Request) -> bool:
    ends, signature = request.query_params.get("se", ""), request.query_params.get("sig", "")
    good = hmac.compare_digest(_signature(vm, ends).encode(), signature.encode())
    return good and request.url.path == _path(vm) and int(ends) > time.time()


def _find(cloud: Cloud, vm_id: str) -> Resource | None:
    return next((vm for vm in cloud.store.of_type(VIRTUAL_MACHINE) if vm.internal["vm_id"] == vm_id), None)
