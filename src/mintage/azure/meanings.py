"""What Azure's codes mean to a build (facts: wire recordings and Microsoft's page on each code)."""

from __future__ import annotations

from dataclasses import dataclass

from mintage.errors import (
    AzureBusy,
    AzureRefused,
    CapacityRefused,
    MintageError,
    SettingsError,
    SourceError,
)


@dataclass(frozen=True)
class Meaning:
    """What one of Azure's codes comes to."""

    kind: type[MintageError]
    what: str
    remedy: str


REFUSED = Meaning(
    AzureRefused, "Azure refused", "see https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting"
)
_NO_CAPACITY = Meaning(
    CapacityRefused, "Azure has no room for this size", "add another size to build.sizes, or build in another region"
)
NOT_THIS_SIZE = Meaning(
    CapacityRefused, "This size cannot run the VM", "take it out of the recipe, or give it after one that can"
)
QUOTA = Meaning(
    CapacityRefused,
    "The quota does not allow this size",
    "add a size of another family to build.sizes, or ask for more quota (az vm list-usage --location REGION)",
)
BUSY = Meaning(AzureBusy, "Azure could not now", "run the step again")
_SLOW_BOOT = Meaning(
    AzureBusy,
    "The VM did not report in time",
    "run the step again; if it stays so, look at the VM's serial log and at the source image's agent and cloud-init",
)
_FORBIDDEN = Meaning(
    AzureRefused,
    "This identity may not do that",
    "give it a role with the action named above (deployments/azure-role.json holds all that a build needs)",
)
_LOCKED = Meaning(AzureRefused, "A lock forbids it", "remove the lock: az lock list --resource-group GROUP")
_SUBSCRIPTION = Meaning(
    SettingsError, "The subscription cannot be reached", "check MINTAGE_SUBSCRIPTION_ID, and that it is enabled"
)
_UNREGISTERED = Meaning(
    SettingsError, "The subscription lacks a resource provider", "az provider register --namespace NAMESPACE"
)
_AGENT = Meaning(
    AzureBusy,
    "Azure's agent in the VM could not run a script",
    "run the step again; if it stays so, look at the agent's status (az vm get-instance-view)",
)
_NO_IMAGE = Meaning(SourceError, "The source image does not exist", "check source in the recipe")
_TERMS = Meaning(
    SourceError,
    "The image's terms are not accepted",
    "az vm image terms accept --urn URN, or set source.accept_terms in the recipe",
)
LOGIN = Meaning(
    SettingsError,
    "Azure does not know this identity",
    "az login, or set what DefaultAzureCredential reads (AZURE_TENANT_ID, AZURE_CLIENT_ID, …)",
)
UNREACHABLE = Meaning(
    AzureBusy, "Azure did not answer", "check the network and MINTAGE_RESOURCE_MANAGER, then run it again"
)

MEANINGS = {
    "SkuNotAvailable": _NO_CAPACITY,
    "AllocationFailed": _NO_CAPACITY,
    "ZonalAllocationFailed": _NO_CAPACITY,
    "OverconstrainedAllocationRequest": _NO_CAPACITY,
    "OverconstrainedZonalAllocationRequest": _NO_CAPACITY,
    "QuotaExceeded": QUOTA,
    "AnotherOperationInProgress": BUSY,
    "OperationPreempted": BUSY,
    "RetryableError": BUSY,
    "TooManyRequests": BUSY,
    "OSProvisioningTimedOut": _SLOW_BOOT,
    "VMStartTimedOut": _SLOW_BOOT,
    "VMExtensionProvisioningError": _AGENT,
    "VMExtensionProvisioningTimeout": _AGENT,
    "VMAgentStatusCommunicationError": _AGENT,
    "AuthorizationFailed": _FORBIDDEN,
    "LinkedAuthorizationFailed": _FORBIDDEN,
    "RequestDisallowedByPolicy": Meaning(
        AzureRefused, "A policy forbids it", "see the policy named above; tags and regions are set in the recipe"
    ),
    "ScopeLocked": _LOCKED,
    "SubscriptionNotFound": _SUBSCRIPTION,
    "InvalidSubscriptionId": _SUBSCRIPTION,
    "ReadOnlyDisabledSubscription": _SUBSCRIPTION,
    "MissingSubscriptionRegistration": _UNREGISTERED,
    "PlatformImageNotFound": _NO_IMAGE,
    "ImageNotFound": _NO_IMAGE,
    "GalleryImageNotFound": _NO_IMAGE,
    "ResourcePurchaseValidationFailed": _TERMS,
    "MarketplacePurchaseEligibilityFailed": _TERMS,
}

_NOTHING_SAID = frozenset({"InvalidParameter", "BadRequest"})
BY_WORDS: tuple[tuple[frozenset[str], str, Meaning], ...] = (
    (frozenset({"OperationNotAllowed"}), "quota", QUOTA),
    (frozenset({"OperationNotAllowed"}), "another operation is in progress", BUSY),
    (frozenset({"Conflict"}), "already exists", REFUSED),
    (frozenset({"Conflict"}), "", BUSY),
    # The size is unknown in the region, or cannot run the image.
    (_NOTHING_SAID, "VM size.*(not available in the current region|cannot boot|only supports a CPU)", NOT_THIS_SIZE),
)
"""Codes that say too little, told apart by the words that Azure uses with them; the first that fits counts."""
