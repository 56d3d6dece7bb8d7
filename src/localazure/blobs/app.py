"""The HTTP face of the blob service."""

from __future__ import annotations

import logging
import uuid
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from localazure.blobs.access import Access
from localazure.blobs.errors import BlobError
from localazure.blobs.ranges import LARGEST_WRITE
from localazure.blobs.reading import XML
from localazure.blobs.records import http_date
from localazure.blobs.requests import BlobAnswer, BlobCall
from localazure.blobs.service import BlobService, parse_target
from localazure.blobs.store import BlobStore
from localazure.database import StoreError

log = logging.getLogger("localazure.blobs")


def blob_app(store: BlobStore, access: Access) -> Starlette:
    service = BlobService(store, access)

    async def blobs(request: Request) -> Response:
        request_id = str(uuid.uuid4())
        answer = await _answer(service, request, request_id)
        log.info("%s %s -> %s", request.method, request.url.path, answer.status)
        return _response(answer, request, request_id)

    return Starlette(routes=[Route("/{path:path}", blobs, methods=["GET", "HEAD", "PUT", "DELETE"])])


async def _answer(service: BlobService, request: Request, request_id: str) -> BlobAnswer:
    try:
        if int(request.headers.get("content-length", "0")) > LARGEST_WRITE:
            # Refused before it is read: nothing here is larger.
            message = f"The request body is too large and exceeds the maximum permissible limit: {LARGEST_WRITE} bytes."
            raise BlobError(413, "RequestBodyTooLarge", message)
        return await run_in_threadpool(service.serve, _call(request, await request.body()))
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
