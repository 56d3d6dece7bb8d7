"""What a refusal of Azure's comes to for a build: which error of ours, in which words, with which remedy."""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True)
class Meaning:
    """What one of Azure's codes comes to."""

    kind: type[MintageError]
    what: str
    remedy: str


REFUSED = Meaning(
    AzureRefused, "Azure refused", "see https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting"
)
BUSY = Meaning(AzureBusy, "Azure could not now", "run the step again")
THROTTLED = Meaning(
    AzureBusy,
    "Azure was asked too often",
    "run the step again; where several machines build in one subscription, give each a share: MINTAGE_BUDGET_SHARE",
)
IN_USE = Meaning(
    AzureBusy,
    "Something else still uses it",
    "run the step again; if it stays so, remove what is named above, or take it off",
)
EXPIRED = Meaning(
    AzureBusy,
    "The token had expired when Azure saw it",
    "run the step again, with a new one; if it stays so, set this machine's clock right",
)
UNREACHABLE = Meaning(
    AzureBusy, "Azure did not answer", "check the network and MINTAGE_RESOURCE_MANAGER, then run it again"
)
SLOW_BOOT = Meaning(
    GuestSilent,
    "The VM did not report in time",
    "run the step again; if it stays so, look at the VM's serial log and at the source image's agent and cloud-init",
)
NO_BOOT = Meaning(
    GuestSilent,
    "The VM stopped before it reported",
    "run the step again; if it stays so, the source image does not boot: look at the VM's serial log",
)
SIGNATURE = Meaning(
    AzureBusy,
    "The permission to the blob is not good, or not any more",
    "run the step again, which asks for a new one; a signature of your own may have to be renewed",
)
DAMAGED = Meaning(AzureBusy, "Bytes were damaged on their way", "run the step again: it goes on with what is missing")
AGENT = Meaning(
    GuestSilent,
    "Azure's agent in the VM could not run a script",
    "run the step again; if it stays so, look at the agent's status (az vm get-instance-view)",
)

NO_CAPACITY = Meaning(
    CapacityRefused,
    "Azure has no room for this size",
    "add another size to build.sizes, or a region to build.fallback_regions",
)
NOT_THIS_SIZE = Meaning(
    CapacityRefused, "This size cannot run the VM", "take it out of the recipe, or give it after one that can"
)
NOT_THIS_ZONE = Meaning(
    CapacityRefused, "The region has no such zone for this size", "take the zone out of build.zones, or give another"
)
QUOTA = Meaning(
    QuotaRefused,
    "The quota does not allow this size",
    "add a size of another family to build.sizes, or ask for more quota (az vm list-usage --location REGION)",
)
SPOT = Meaning(
    CapacityRefused,
    "There is no Spot VM to be had like this",
    "raise build.spot.max_price, add another size, or take build.spot out of the recipe",
)

FORBIDDEN = Meaning(
    AzureRefused,
    "This identity may not do that",
    "give it a role with the action named above (deployments/azure-role.json holds all that a build needs)",
)
POLICY = Meaning(
    AzureRefused,
    "A policy forbids it",
    "see the policy named above; tags, regions and sizes are set in the recipe",
)
LOCKED = Meaning(AzureRefused, "A lock forbids it", "remove the lock: az lock list --resource-group GROUP")
UNFIT_IMAGE = Meaning(
    ImageUnfit,
    "The image is not fit to boot a VM from",
    "look at the VM's serial log; the image must have been generalized, with an agent or cloud-init in it",
)

SUBSCRIPTION = Meaning(
    SettingsError, "The subscription cannot be reached", "check MINTAGE_SUBSCRIPTION_ID, and that it is enabled"
)
UNREGISTERED = Meaning(
    SettingsError, "The subscription lacks a resource provider", "az provider register --namespace NAMESPACE"
)
LOGIN = Meaning(
    IdentityUnknown,
    "Azure does not know this identity",
    "az login, or set what DefaultAzureCredential reads (AZURE_TENANT_ID, AZURE_CLIENT_ID, …)",
)

NO_IMAGE = Meaning(SourceError, "The source image does not exist", "check source in the recipe")
TERMS = Meaning(
    SourceError,
    "The image's terms are not accepted",
    "az vm image terms accept --urn URN, or set source.accept_terms in the recipe",
)
NO_PLAN = Meaning(
    SourceError,
    "The image has a purchase plan that the VM was not made with",
    "start from the marketplace image itself: an image made of it must carry its plan",
)
NO_BLOB = Meaning(SourceError, "There is no such blob", "correct source.url in the recipe")
BLOB_CHANGED = Meaning(
    SourceError, "The blob was changed while it was copied", "start a new build once nobody writes to it"
)
BLOB_CLOSED = Meaning(
    SourceError,
    "The blob may not be read",
    "give the worker's identity the role Storage Blob Data Reader on it, or a signature (source.sas_variable)",
)
NO_VHD = Meaning(SourceError, "Azure does not take it for a VHD", "see that the file is whole, and not written to")
