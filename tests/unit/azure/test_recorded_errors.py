"""Every error that was recorded from Azure, or is in its documentation, comes to the right kind of ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from azure.core.exceptions import HttpResponseError
from azure.mgmt.core.exceptions import ARMErrorFormat

from mintage.azure.errors import translate
from mintage.errors import (
    AzureBusy,
    AzureRefused,
    CapacityRefused,
    GuestSilent,
    ImageUnfit,
    MintageError,
    QuotaRefused,
    SourceError,
)
from tests.support.azure_answer import Answer
from tests.support.evidence import read_evidence

VM = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/build-1"
ALWAYS: dict[type[MintageError], str] = {
    AzureRefused: """
        ApplicationGatewayLoadBalancingNotSupportedOnSecondaryIpConfigurations AuthorizationFailed ConflictingUserInput
        DeploymentStackResourceNotFound GlobalPublicIPAddressNotSupportedForBasicPublicIpAddress
        InitiatingCircuitNotProvisioned InvalidTemplate MustSpecifyBothEncryptionIntentAndEnforcementPolicy
        NoPacketCaptureResponseDataFound NoRegisteredProviderFound ParentResourceNotFound
        PrincipalNotFound PrivateIPAddressNotInAnySubnet PropertyChangeNotAllowed ResourceGroupNotFound ResourceNotFound
        ServiceProviderNotProvisioned""",
    AzureBusy: """
        AttachDiskWhileBeingDetached CannotDeleteResource InUseNetworkSecurityGroupCannotBeDeleted
        InUseSubnetCannotBeDeleted NicInUse PublicIPAddressCannotBeDeleted SubscriptionRequestsThrottled
        TooManyRequests""",
    GuestSilent: "VMAgentStatusCommunicationError VMExtensionProvisioningError VMStartTimedOut",
    ImageUnfit: "OSProvisioningClientError",
    CapacityRefused: "AllocationFailed OverConstrainedAllocationRequest SkuNotAvailable",
    SourceError: "PlatformImageNotFound ResourcePurchaseValidationFailed VMMarketplaceInvalidInput",
}
BY_CODE = {code: kind for kind, codes in ALWAYS.items() for code in codes.split()}
BY_WORDS: dict[str, tuple[tuple[str, type[MintageError]], ...]] = {
    "OperationNotAllowed": (
        ("quota", QuotaRefused),
        ("requested size", CapacityRefused),
        ("another operation is in progress", AzureBusy),
        ("ongoing operation is changing power state", AzureBusy),
        ("marked for deletion", AzureBusy),
        ("being provisioned using the Image", AzureBusy),
        ("until Image has been successfully created", AzureBusy),
        ("", AzureRefused),
    ),
    "InvalidParameter": (("VM size", CapacityRefused), ("", AzureRefused)),
    "BadRequest": (("cannot boot", CapacityRefused), ("", AzureRefused)),
    "Conflict": (("", AzureRefused),),
    "NotFound": (("The Image", SourceError), ("", AzureRefused)),
    "OSProvisioningTimedOut": (("guest agent was detected running", ImageUnfit), ("", GuestSilent)),
}
"""What the words decide; the first that fits. A code in neither table fails the test: somebody must judge it."""


def recorded() -> Iterator[tuple[int, Any]]:
    for each in read_evidence("errors-on-the-wire.json"):
        if each["status"] >= 400 or each["body"].get("status") == "Failed":
            yield each["status"], each["body"]


def documented() -> Iterator[tuple[int, Any]]:
    for each in read_evidence("error-templates.json"):
        # "LRO": the operation was polled, and its document says that it failed.
        status = each["http"] if isinstance(each["http"], int) else 200
        message = each["message"]
        inner = {"code": each["code"], "message": message}
        if message.startswith('{"code"'):
            # The whole body of an answer, and something about its headers after it.
            inner, _ = json.JSONDecoder().raw_decode(message)
        yield status, inner if status >= 400 else {"status": "Failed", "error": inner}


def expected(code: str, message: str) -> type[MintageError]:
    if code in BY_WORDS:
        return next(kind for words, kind in BY_WORDS[code] if words in message)
    return BY_CODE[code]


def test_every_recorded_error_becomes_the_kind_that_was_judged_right() -> None:
    count = 0
    for status, body in (*recorded(), *documented()):
        error = translate(HttpResponseError(response=Answer(status, body), error_format=ARMErrorFormat), VM)  # type: ignore[arg-type]
        code, _, message = error.seen.partition(": ")
        assert type(error) is expected(code, message), error.seen
        assert error.remedy
        count += 1
    assert count > 85
