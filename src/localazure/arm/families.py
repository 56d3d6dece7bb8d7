"""How each resource provider shapes its long-running operations (facts: recorded traffic 2017-2025)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from localazure.arm.calls import Answer, Call
from localazure.arm.operations import Operation, Status
from localazure.pace import Pace


@dataclass(frozen=True)
class Family:
    """Operations of one provider: where they are asked about, and how they answer."""

    name: str
    namespace: str
    segment: str
    retry_after: float
    """Seconds between polls on Azure."""
    verbose: bool = True
    """Compute's status body carries times and name; Network's only status and error."""
    empty_result: int = 200
    """What the Location URL answers at the end when there is no output."""


COMPUTE = Family("compute", "Microsoft.Compute", "operations", 30)
DISK = Family("disk", "Microsoft.Compute", "DiskOperations", 2)
GALLERY = Family("gallery", "Microsoft.Compute", "capsOperations", 60)
NETWORK = Family("network", "Microsoft.Network", "operations", 10, verbose=False, empty_result=204)
GROUP = Family("group", "", "operationresults", 15)
FAMILIES = {family.name: family for family in (COMPUTE, DISK, GALLERY, NETWORK, GROUP)}


class Style(StrEnum):
    """The first answer to a request that began an operation."""

    CREATED = "201 when new, 200 when updated; body; Azure-AsyncOperation"
    ACCEPTED_BODY = "202; body; Azure-AsyncOperation and Location"
    ACCEPTED = "202; no body; Azure-AsyncOperation and Location"
    LOCATION = "202; no body; Location only"
    UNSEEN = "204; nothing tells when it is done"
    SYNC = "201 when new, 200 when updated; done at once"


def first_answer(
    operation: Operation, style: Style, call: Call, pace: Pace, *, body: Any = None, new: bool = True, location: str
) -> Answer:
    """The answer to the request that began ``operation``. ``location``: the Azure region in the URL."""
    if style is Style.UNSEEN:
        return Answer(204)
    family = FAMILIES[operation.family]
    headers = _links(family, operation, style, call, location) | pace.retry_after(operation.retry_after)
    headers["x-ms-request-id"] = operation.id
    if style is Style.CREATED:
        return Answer(201 if new else 200, body, headers)
    return Answer(202, body if style is Style.ACCEPTED_BODY else None, headers)


def _links(family: Family, operation: Operation, style: Style, call: Call, location: str) -> dict[str, str]:
    subscription = f"{call.base_url}/subscriptions/{operation.rid.subscription}"
    version = f"api-version={call.api_version}"
    if style is Style.LOCATION:
        return {"Location": f"{subscription}/operationresults/{operation.id}?{version}"}
    root = f"{subscription}/providers/{family.namespace}/locations/{location}/{family.segment}/{operation.id}"
    links = {"Azure-AsyncOperation": f"{root}?{version}"}
    if style in {Style.ACCEPTED, Style.ACCEPTED_BODY}:
        links["Location"] = f"{root}?monitor=true&{version}"
    return links


def status_answer(operation: Operation, pace: Pace) -> Answer:
    """What the Azure-AsyncOperation URL says now."""
    family = FAMILIES[operation.family]
    body: dict[str, Any] = {"status": operation.status.value}
    if operation.error:
        body["error"] = operation.error
    if family.verbose:
        body = _verbose(operation) | body
        if operation.output is not None:
            body["properties"] = {"output": operation.output}
    return Answer(200, body, _wait_header(operation, pace))


def result_answer(operation: Operation, call: Call, pace: Pace) -> Answer:
    """What the Location URL says now: 202 while it goes on, then the result, or the error."""
    if operation.status is Status.IN_PROGRESS:
        headers = {"Location": f"{call.base_url}{call.path}?{_query(call)}"}
        return Answer(202, None, headers | _wait_header(operation, pace))
    if operation.status is Status.FAILED:
        return Answer(409, {"error": operation.error})
    if operation.output is not None:
        return Answer(200, operation.output)
    return Answer(FAMILIES[operation.family].empty_result)


def _query(call: Call) -> str:
    return "&".join(f"{name}={value}" for name, value in call.query.items())


def _wait_header(operation: Operation, pace: Pace) -> dict[str, str]:
    if operation.status is not Status.IN_PROGRESS:
        return {}
    return pace.retry_after(operation.retry_after, (datetime.now(UTC) - operation.started).total_seconds())


def _verbose(operation: Operation) -> dict[str, Any]:
    body: dict[str, Any] = {"startTime": operation.started.isoformat(), "name": operation.id}
    if operation.ended:
        body["endTime"] = operation.ended.isoformat()
    return body


def operation_location(location: str | None) -> str:
    """The region in an operation's URL; a child resource carries its parent's."""
    return (location or "global").replace(" ", "").lower()
