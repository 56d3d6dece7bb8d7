import pickle
from typing import Any

import pytest
from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    IncompleteReadError,
    ServiceRequestError,
)
from azure.mgmt.core.exceptions import ARMErrorFormat

from mintage.azure.errors import translate, translating
from mintage.errors import (
    AzureBusy,
    AzureRefused,
    CapacityRefused,
    GuestSilent,
    IdentityUnknown,
    ImageUnfit,
    MintageError,
    QuotaRefused,
    SettingsError,
    SourceError,
)
from tests.support.azure_answer import Answer

VM = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/build-1"


def said(status: int, code: str, message: str, **more: Any) -> HttpResponseError:
    body = {"error": {"code": code, "message": message, **more}}
    return HttpResponseError(response=Answer(status, body), error_format=ARMErrorFormat)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "code", "message", "kind"),
    [
        (409, "SkuNotAvailable", "The requested VM size … is currently not available.", CapacityRefused),
        (200, "AllocationFailed", "We do not have sufficient capacity.", CapacityRefused),
        (200, "OverconstrainedZonalAllocationRequest", "No host meets it.", CapacityRefused),
        (409, "OperationNotAllowed", "… exceeding approved standardDSv5Family Cores quota …", QuotaRefused),
        (409, "OperationNotAllowed", "… since another operation is in progress.", AzureBusy),
        (409, "OperationNotAllowed", "… since the VM is generalized.", AzureRefused),
        (409, "Conflict", "The request failed due to conflict with a concurrent request.", AzureBusy),
        (409, "Conflict", "A gallery named 'images' already exists in this subscription: …", AzureRefused),
        (429, "TooManyRequests", "Slow down.", AzureBusy),
        (503, "SomethingNew", "Not now.", AzureBusy),
        (409, "OSProvisioningTimedOut", "The OS did not report.", GuestSilent),
        (403, "AuthorizationFailed", "… does not have authorization to perform action …", AzureRefused),
        (404, "SubscriptionNotFound", "No such subscription.", SettingsError),
        (409, "MissingSubscriptionRegistration", "Not registered.", SettingsError),
        (404, "PlatformImageNotFound", "No such image.", SourceError),
        (400, "ResourcePurchaseValidationFailed", "Accept the terms.", SourceError),
        (400, "InvalidParameter", "Version should follow Major(int).Minor(int).Patch(int).", AzureRefused),
        (400, "InvalidParameter", "The requested VM size X is not available in the current region. …", CapacityRefused),
        (400, "BadRequest", "The selected VM size 'X' cannot boot Hypervisor Generation '2'. …", CapacityRefused),
        (400, "BadRequest", "Managed Images are not supported for … security type TrustedLaunch.", AzureRefused),
        (409, "ScopeLocked", "Remove the lock.", AzureRefused),
        (403, "RequestDisallowedByPolicy", "Resource 'x' was disallowed by policy. …", AzureRefused),
        (200, "OverConstrainedAllocationRequest", "Written with another capital.", CapacityRefused),
        (409, "SpotPriceGreaterThanProvidedMaxPrice", "The max price is lower than the price.", CapacityRefused),
        (400, "AvailabilityZoneNotSupported", "The zone(s) '3' is not supported.", CapacityRefused),
        (429, "OperationNotAllowed", "The server rejected the request because too many …", AzureBusy),
        (200, "InternalExecutionError", "An internal execution error occurred.", AzureBusy),
        (409, "OperationNotAllowed", "An ongoing operation is changing power state of Virtual Machine …", AzureBusy),
        (409, "Conflict", "… has a different Hypervisor generation ['V1'] than the parent …", AzureRefused),
        (200, "OSProvisioningTimedOut", "… However, the VM guest agent was detected running. …", ImageUnfit),
        (429, "RetryableError", "The network is still being made.", AzureBusy),
        (401, "ExpiredAuthenticationToken", "The access token expiry UTC time … is earlier than …", AzureBusy),
        (401, "InvalidAuthenticationTokenTenant", "The access token is from the wrong issuer.", IdentityUnknown),
        (200, "OSProvisioningInternalError", "… kernel panic …", GuestSilent),
        (400, "NicInUse", "Network Interface x is used by existing resource y.", AzureBusy),
    ],
)
def test_each_refusal_becomes_the_error_that_says_what_to_do(
    status: int, code: str, message: str, kind: type[MintageError]
) -> None:
    error = translate(said(status, code, message), VM)
    assert type(error) is kind
    assert error.seen == f"{code}: {message}"
    assert error.where == VM
    assert error.remedy


def test_the_innermost_code_is_told_not_its_wrapping() -> None:
    inner = {"code": "QuotaExceeded", "message": "10 of 10 cores are in use."}
    wrapped = said(400, "DeploymentFailed", "At least one operation failed.", details=[inner])
    assert translate(wrapped, VM).seen == "QuotaExceeded: 10 of 10 cores are in use."


def test_of_several_details_one_whose_code_is_known_is_told() -> None:
    details = [{"code": "Unheard", "message": "Of."}, {"code": "AllocationFailed", "message": "No room."}]
    wrapped = said(400, "DeploymentFailed", "At least one operation failed.", details=details)
    assert translate(wrapped, VM).seen == "AllocationFailed: No room."


def test_an_error_that_is_written_in_the_message_of_another_is_told() -> None:
    inner = '{"status": "Failed", "error": {"code": "ScopeLocked", "message": "A lock is on the group."}}'
    wrapped = said(409, "DeploymentFailed", "It failed.", details=[{"code": "Conflict", "message": inner}])
    error = translate(wrapped, VM)
    assert (type(error), error.seen) == (AzureRefused, "ScopeLocked: A lock is on the group.")


@pytest.mark.parametrize("message", ["{not JSON", '{"operationGroup": "HighCostGet30Min"}', "[]", "{}"])
def test_a_message_that_only_looks_like_json_is_told_as_it_is(message: str) -> None:
    details = [{"code": "TooManyRequests", "message": message}]
    error = translate(said(429, "OperationNotAllowed", "Too many requests.", details=details), VM)
    assert error.seen == f"TooManyRequests: {message}"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ServiceRequestError("Connection refused"), AzureBusy),
        (IncompleteReadError("Connection broken: IncompleteRead(0 bytes read, 1285 more expected)"), AzureBusy),
        (ClientAuthenticationError("DefaultAzureCredential failed to retrieve a token"), SettingsError),
    ],
)
def test_what_never_reached_azure_or_came_back_in_part_is_told_in_azure_cores_words(
    error: AzureError, kind: type[MintageError]
) -> None:
    with pytest.raises(kind) as raised, translating(VM):
        raise error
    assert error.message in raised.value.seen
    assert raised.value.__cause__ is error


def test_a_translated_error_survives_the_way_to_another_process() -> None:
    error = translate(said(409, "SkuNotAvailable", "Not here."), VM)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301
