"""Containers of a storage account."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from localazure.blobs.errors import BlobError, not_supported
from localazure.blobs.reading import XML, list_blobs
from localazure.blobs.records import Container, http_date
from localazure.blobs.requests import BlobAnswer, BlobCall
from localazure.blobs.store import BlobStore
from localazure.blobs.writing import container_not_found


def serve_container(store: BlobStore, call: BlobCall) -> BlobAnswer:
    if call.comp == "list" and call.method == "GET":
        _existing(store, call)
        return list_blobs(store, call)
    if call.comp:
        raise not_supported(f"comp={call.comp} of a container")
    if call.method == "PUT":
        return _create(store, call)
    found = _existing(store, call)
    if call.method == "DELETE":
        store.delete_container(call.account, call.container)
        return BlobAnswer(202)
    metadata = {f"x-ms-meta-{name}": value for name, value in found.metadata.items()}
    return BlobAnswer(200, _versions(found) | metadata)


def list_containers(store: BlobStore, call: BlobCall) -> BlobAnswer:
    if call.comp != "list" or call.method != "GET":
        raise not_supported(f"{call.method} of an account")
    prefix = call.query.get("prefix", "")
    found = "".join(
        f"<Container><Name>{escape(name)}</Name><Properties><Last-Modified>{http_date(each.modified)}</Last-Modified>"
        f"<Etag>{escape(each.etag)}</Etag></Properties></Container>"
        for name, each in store.containers(call.account)
        if name.startswith(prefix)
    )
    root = quoteattr(f"{call.base_url}/{call.account}/")
    inside = f"<Containers>{found}</Containers><NextMarker />"
    text = f"{XML}<EnumerationResults ServiceEndpoint={root}>{inside}</EnumerationResults>"
    return BlobAnswer(200, {"content-type": "application/xml"}, text.encode())


def _create(store: BlobStore, call: BlobCall) -> BlobAnswer:
    if not re.fullmatch(r"(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", call.container):
        message = "The specified resource name contains invalid characters."
        raise BlobError(400, "InvalidResourceName", message)
    if call.headers.get("x-ms-blob-public-access"):
        raise not_supported("public access")
    if store.container(call.account, call.container) is not None:
        raise BlobError(409, "ContainerAlreadyExists", "The specified container already exists.")
    return BlobAnswer(201, _versions(store.put_container(call.account, call.container, call.metadata)))


def _existing(store: BlobStore, call: BlobCall) -> Container:
    found = store.container(call.account, call.container)
    if found is None:
        raise container_not_found()
    return found


def _versions(container: Container) -> dict[str, str]:
    return {"etag": container.etag, "last-modified": http_date(container.modified)}
