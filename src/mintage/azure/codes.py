"""Azure's codes and what each means (wire recordings, and Microsoft's pages on the codes of VMs, galleries and Spot).

Compute and Network write some codes in two ways, so case is ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from mintage.azure import meanings as m
from mintage.azure.meanings import Meaning

_CODES: dict[Meaning, str] = {
    m.NO_CAPACITY: """
        SkuNotAvailable AllocationFailed ZonalAllocationFailed OverconstrainedAllocationRequest
        OverconstrainedZonalAllocationRequest""",
    m.NOT_THIS_ZONE: "AvailabilityZoneNotSupported ResourceTypeNotSupportAvailabilityZones",
    m.QUOTA: "QuotaExceeded ResourceQuotaExceeded",
    m.SPOT: """
        SpotPriceGreaterThanProvidedMaxPrice AzureSpotIsNotSupportedForThisVMSize
        AzureSpotFeatureNotEnabledForSubscription""",
    m.BUSY: """
        AnotherOperationInProgress ReferencedResourceNotProvisioned OperationPreempted RetryableError
        RetryableErrorDueToAnotherOperation
        ConcurrentModification AttachDiskWhileBeingDetached CannotDeleteResource InternalExecutionError
        InternalServerError InternalOperationError NetworkingInternalOperationError ServerTimeout
        GatewayTimeout ServiceUnavailable ResourceGroupBeingDeleted""",
    m.THROTTLED: "TooManyRequests SubscriptionRequestsThrottled ResourceRequestsThrottled OperationThrottled",
    m.IN_USE: """
        NicInUse NicReservedForAnotherVm PublicIPAddressCannotBeDeleted InUseSubnetCannotBeDeleted
        InUseNetworkSecurityGroupCannotBeDeleted""",
    m.SIGNATURE: "AuthenticationFailed",
    m.DAMAGED: "Md5Mismatch",
    m.NO_BLOB: "BlobNotFound ContainerNotFound",
    m.BLOB_CHANGED: "SourceConditionNotMet",
    m.BLOB_CLOSED: "CannotVerifyCopySource AuthorizationPermissionMismatch AuthorizationResourceTypeMismatch",
    m.NO_VHD: "InvalidVhd",
    m.SLOW_BOOT: "OSProvisioningTimedOut VMStartTimedOut",
    m.NO_BOOT: "OSProvisioningInternalError",
    m.UNFIT_IMAGE: "OSProvisioningClientError",
    m.AGENT: "VMExtensionProvisioningError VMExtensionProvisioningTimeout VMAgentStatusCommunicationError",
    m.FORBIDDEN: "AuthorizationFailed LinkedAuthorizationFailed",
    m.EXPIRED: "ExpiredAuthenticationToken",
    m.LOGIN: "InvalidAuthenticationToken InvalidAuthenticationTokenTenant",
    m.POLICY: "RequestDisallowedByPolicy RequestDisallowedByAzure",
    m.LOCKED: "ScopeLocked",
    m.SUBSCRIPTION: "SubscriptionNotFound InvalidSubscriptionId ReadOnlyDisabledSubscription",
    m.UNREGISTERED: "MissingSubscriptionRegistration",
    m.NO_IMAGE: "PlatformImageNotFound ImageNotFound GalleryImageNotFound",
    m.TERMS: "ResourcePurchaseValidationFailed MarketplacePurchaseEligibilityFailed",
    m.NO_PLAN: "VMMarketplaceInvalidInput",
}
_BY_CODE = {code.lower(): meaning for meaning, codes in _CODES.items() for code in codes.split()}

_BY_WORDS: tuple[tuple[str, str, Meaning], ...] = (
    ("OperationNotAllowed", "quota", m.QUOTA),
    ("OperationNotAllowed", "too many requests", m.THROTTLED),
    (
        "OperationNotAllowed",
        "another operation is in progress|ongoing operation|marked for deletion|provisioned using|until Image",
        m.BUSY,
    ),
    ("OperationNotAllowed", "requested size .* is not available", m.NO_CAPACITY),
    # What stays as it is: kinds that do not fit together, a name that is taken, a disk that may not be resized now.
    ("Conflict", "already exists|OS State|OS type|Hypervisor generation|Disk resizing", m.REFUSED),
    ("Conflict", "", m.BUSY),
    # The guest ran its agent, and was still waited for: it does not know that it is to be set up.
    ("OSProvisioningTimedOut", "guest agent was detected running", m.UNFIT_IMAGE),
    (
        "InvalidParameter BadRequest",
        "VM size.*(not available in the current region|cannot boot|only supports a CPU)",
        m.NOT_THIS_SIZE,
    ),
    ("NotFound", "The Image .* cannot be found", m.NO_IMAGE),
)
"""Codes that say too little, told apart by the words that Azure uses with them; the first that fits counts."""


def meaning_of(code: str, message: str) -> Meaning | None:
    """What a code and the message with it mean; None when Azure's code says nothing that a build goes by."""
    return _first(message, (each for each in _BY_WORDS if _is_of(code, each[0]))) or _BY_CODE.get(code.lower())


def _is_of(code: str, codes: str) -> bool:
    return code.lower() in codes.lower().split()


def _first(message: str, rules: Iterable[tuple[str, str, Meaning]]) -> Meaning | None:
    return next((meaning for _, words, meaning in rules if re.search(words, message, re.IGNORECASE)), None)
