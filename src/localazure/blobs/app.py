"""The HTTP face of the blob service."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from localazure.arm.calls import Answer
from localazure.blobs.access import Access
from localazure.blobs.errors import BlobError
from localazure.blobs.ranges import LARGEST_WRITE
from localazure.blobs.reading import XML
from localazure.blobs.records import http_date
from localazure.blobs.requests import BlobAnswer, BlobCall
from localazure.blobs.service import BlobService, parse_target
from localazure.database import StoreError
from localazure.faults.occasions import BLOBS, Occasion
from localazure.faults.passage import pass_faults
from localazure.listener import NoResponse

if TYPE_CHECKING:
    from localazure.cloud import Cloud

log = logging.getLogger("localazure.blobs")


def blob_app(cloud: Cloud, access: Access) -> Starlette:
    service = BlobService(cloud.blobs, access)

    async def blobs(request: Request) -> Response:
        request_id = str(uuid.uuid4())
        answer = await _answer(service, cloud, request, request_id)
        if answer is None:
            return NoResponse()
        log.info("%s %s -> %s", request.method, request.url.path, answer.status)
        return _response(answer, request, request_id)

    return Starlette(routes=[Route("/{path:path}", blobs, methods=["GET", "HEAD", "PUT", "DELETE"])])


async def _answer(service: BlobService, cloud: Cloud, request: Request, request_id: str) -> BlobAnswer | None:
    try:
        if int(request.headers.get("content-length", "0")) > LARGEST_WRITE:
            # Refused before it is read: nothing here is larger.
            message = f"The request body is too large and exceeds the maximum permissible limit: {LARGEST_WRITE} bytes."
            raise BlobError(413, "RequestBodyTooLarge", message)
        call = _call(request, await request.body())
        return await _past_faults(cloud, request, call, lambda: _served(service, request, call, request_id), request_id)
    except BlobError as error:
        return _refusal(error, request_id)


async def _past_faults(
    cloud: Cloud, request: Request, call: BlobCall, serve: Callable[[], BlobAnswer], request_id: str
) -> BlobAnswer | None:
    """As the faults have it. None when there is nobody to answer."""
    served: list[BlobAnswer] = []

    def kept() -> Answer:
        served.append(serve())
        return Answer(served[-1].status)

    answer = await pass_faults(request, cloud, _occasion(call), kept)
    if answer is None or answer.body is None:
        return served[-1] if answer else None
    said = answer.body["error"]
    refused = _refusal(BlobError(answer.status, said["code"], said["message"]), request_id)
    return replace(refused, headers=refused.headers | answer.headers)


def _occasion(call: BlobCall) -> Occasion:
    """What faults know a call by: ``PUT blobs/page`` of ``/account/container/blob``."""
    part = "blob" if call.blob else "container" if call.container else "account"
    return Occasion(f"{call.method} {BLOBS}{(call.blob and call.comp) or part}", call.path, call.method, call.path)


def _served(service: BlobService, request: Request, call: BlobCall, request_id: str) -> BlobAnswer:
    try:
        return service.serve(call)
    except BlobError as error:
        return _refusal(error, request_id)
    except StoreError as error:
        log.error("%s %s failed: %s", request.method, request.url.path, error)  # noqa: TRY400 - it says all there is
        return _refusal(BlobError(500, "InternalError", str(error)), request_id)
    except Exception:
        log.exception("%s %s failed", request.method, request.url.path)
        message = "localazure failed to answer; its log has the details. This is a defect in localazure."
        return _refusal(BlobError(500, "InternalError", message), request_id)


def _call(request: Request, body: bytes) -> BlobCall:
    call = BlobCall(
        method=request.method,
        path=request.scope["raw_path"].decode("ascii"),
        query=dict(request.query_params),
        headers=dict(request.headers),
        account="",
        body=body,
        base_url=f"{request.url.scheme}://{request.url.netloc}",
    )
    return parse_target(call)


def _refusal(error: BlobError, request_id: str) -> BlobAnswer:
    moment = datetime.now(UTC).isoformat()
    message = f"{error.message}\nRequestId:{request_id}\nTime:{moment}"
    text = f"{XML}<Error><Code>{error.code}</Code><Message>{escape(message)}</Message></Error>"
    headers = {"x-ms-error-code": error.code, "content-type": "application/xml"}
    return BlobAnswer(error.status, headers, text.encode())


def _response(answer: BlobAnswer, request: Request, request_id: str) -> Response:
    headers = {
        "x-ms-request-id": request_id,
        "x-ms-version": request.headers.get("x-ms-version", "2021-12-02"),
        "date": http_date(datetime.now(UTC)),
    } | answer.headers
    if "x-ms-client-request-id" in request.headers:
        headers["x-ms-client-request-id"] = request.headers["x-ms-client-request-id"]
    if answer.stream is not None and request.method == "GET":
        return StreamingResponse(answer.stream, answer.status, headers)
    return Response(answer.body, answer.status, headers)
