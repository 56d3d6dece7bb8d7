"""What Azure says with an HTTP status when a call could not be served, whatever the call was.

Sources: recorded answers and documented samples (429: "Troubleshoot API throttling errors" and "Throttling Resource
Manager requests" in Microsoft's documentation; the others: error bodies quoted in public issue trackers).
"""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from localazure.arm.errors import CloudError
from localazure.faults.occasions import BLOBS, TOKEN_OPERATIONS, Occasion

if TYPE_CHECKING:
    from localazure.cloud import Cloud

_TEMPLATES = {
    401: "AuthenticationFailed: Authentication failed. The 'Authorization' header is provided in an invalid format.",
    403: "AuthorizationFailed: The client '{client}' with object id '{client}' does not have authorization to perform "
    "action '{action}' over scope '{resource}' or the scope is invalid. If access was recently granted, please refresh "
    "your credentials.",
    404: "ResourceNotFound: The Resource '{kind}/{name}' was not found. For more details please go to "
    "https://aka.ms/ARMResourceNotFoundFix",
    409: "AnotherOperationInProgress: Another operation is in progress on '{resource}'. Try again later.",
    412: "PreconditionFailed: The ETag of the resource is not the one that the request's headers ask for.",
    429: "SubscriptionRequestsThrottled: Number of '{verb}' requests for subscription '{subscription}' actor "
    "'{client}' exceeded. Please try again after additional tokens are available. Refer to "
    "https://aka.ms/arm-throttling for additional information.",
    500: "InternalServerError: Encountered internal server error. {diagnosis}",
    502: "BadGateway: The gateway received an invalid response from '{namespace}'. {diagnosis}",
    503: "ServerTimeout: The request timed out. {diagnosis}",
    504: "GatewayTimeout: The gateway did not receive a response from '{namespace}' within the specified time period.",
}
"""Codes and messages."""
_OF_BLOBS = {
    403: "AuthorizationFailure: This request is not authorized to perform this operation.",
    404: "BlobNotFound: The specified blob does not exist.",
    409: "PendingCopyOperation: There is currently a pending copy operation.",
    412: "ConditionNotMet: The condition specified using HTTP conditional header(s) is not met.",
    500: "InternalError: The server encountered an internal error. Please retry the request.",
    503: "ServerBusy: The server is busy.",
    504: "OperationTimedOut: Operation could not be completed within the specified time.",
}
"""Of the blob service (Microsoft Learn: "Common REST API error codes", "Blob Storage error codes")."""
_VERBS = {"PUT": "write", "PATCH": "write", "DELETE": "delete", "POST": "action"}


def refusal(status: int, occasion: Occasion, cloud: Cloud) -> CloudError:
    """Azure's refusal with this status, for this call."""
    if occasion.operation in TOKEN_OPERATIONS:
        message = "AADSTS90033: A transient error has occurred. Please try again."
        return CloudError(status, "temporarily_unavailable", message)
    if status == 429 and occasion.kind.startswith("Microsoft.Compute/"):
        return _throttled_by_compute()
    templates = _OF_BLOBS if occasion.kind.startswith(BLOBS) else _TEMPLATES
    code, _, template = templates.get(status, templates[500]).partition(": ")
    return CloudError(status, code, template.format(**_facts(occasion, cloud)))


def _facts(occasion: Occasion, cloud: Cloud) -> dict[str, str]:
    method, _, kind = occasion.operation.partition(" ")
    verb = _VERBS.get(method, "read")
    return {
        "client": cloud.settings.client,
        "subscription": cloud.subscription.id,
        "resource": occasion.resource,
        "name": occasion.name,
        "kind": kind,
        "namespace": kind.partition("/")[0],
        "verb": verb,
        "action": f"{kind}/{verb}",
        "diagnosis": (
            f"Diagnostic information: timestamp '{datetime.now(UTC):%Y%m%dT%H%M%SZ}', subscription id "
            f"'{cloud.subscription.id}', tracking id '{uuid.uuid4()}', request correlation id '{uuid.uuid4()}'."
        ),
    }


def _throttled_by_compute() -> CloudError:
    """Compute has buckets of its own; elsewhere it is Resource Manager that counts the calls."""
    ended = datetime.now(UTC)
    bucket = {
        "operationGroup": "HighCostGet30Min",
        "startTime": (ended - timedelta(minutes=30)).isoformat(),
        "endTime": ended.isoformat(),
        "allowedRequestCount": 800,
        "measuredRequestCount": 1238,
    }
    detail = CloudError(429, "TooManyRequests", json.dumps(bucket), target="HighCostGet30Min")
    message = "The server rejected the request because too many requests have been received for this subscription."
    return CloudError(429, "OperationNotAllowed", message, details=(detail,))
