"""How many cores a subscription may have in a region."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from pydantic import Field

from localazure.allocation import CORES, SPOT_CORES, Allocation
from localazure.arm.calls import Answer
from localazure.arm.errors import CloudError
from localazure.faults.fault import AnsweringFault, Condition, Patterns, Stage
from localazure.faults.kinds.capacity import ALLOCATING
from localazure.faults.occasions import Occasion
from localazure.faults.patterns import matches

if TYPE_CHECKING:
    from localazure.cloud import Cloud

_NAMES = {CORES: "Total Regional Cores", SPOT_CORES: "LowPriorityCores"}


class QuotaFault(Condition, AnsweringFault):
    """OperationNotAllowed (409) for what goes beyond a quota; the list of usages shows its limit."""

    kind: Literal["quota"] = "quota"
    operation: Patterns = Field(ALLOCATING, description="Calls that give a machine a place")
    limit: int = Field(ge=0, description="Most cores")
    quota: str = Field(CORES, description=f"'{CORES}', '{SPOT_CORES}' or a family such as 'standardDSv5Family'")
    location: Patterns = Field("*", description="'westeurope'")

    @property
    def stage(self) -> Stage:
        return Stage.ARRIVAL

    def concerns(self, occasion: Occasion) -> bool:
        wanted = occasion.allocation
        return wanted is not None and super().concerns(occasion) and self._is_exceeded(wanted)

    def limits(self, quota: str, location: str) -> bool:
        """Whether it is the limit of that quota there."""
        return self.quota.lower() == quota.lower() and matches(self.location, location)

    def _is_exceeded(self, wanted: Allocation) -> bool:
        exceeded = [each for each in wanted.quotas if self.limits(each, wanted.location)]
        return any(wanted.new_cores > 0 and wanted.used[each] + wanted.new_cores > self.limit for each in exceeded)

    def answer(self, occasion: Occasion, cloud: Cloud) -> Answer:
        wanted = occasion.needed_allocation
        name = next(each for each in wanted.quotas if each.lower() == self.quota.lower())
        used = wanted.used[name]
        needed = used + wanted.new_cores
        message = (
            f"Operation could not be completed as it results in exceeding approved {_NAMES.get(name, f'{name} Cores')} "
            f"quota. Additional details - Deployment Model: Resource Manager, Location: {wanted.location}, Current "
            f"Limit: {self.limit}, Current Usage: {used}, Additional Required: {wanted.new_cores}, (Minimum) New Limit "
            f"Required: {needed}. Setup Alerts when Quota reaches threshold. Learn more at "
            "https://aka.ms/quotamonitoringalerting . Submit a request for Quota increase at "
            f"{_request(cloud.subscription.id, wanted.location, name, needed)} by specifying parameters listed in the "
            "‘Details’ section for deployment to succeed. Please read more about quota limits at "  # noqa: RUF001
            f"https://docs.microsoft.com/en-us/azure/azure-supportability/{_PAGES.get(name, 'per-vm-quota-requests')}"
        )
        return Answer(409, {"error": CloudError(409, "OperationNotAllowed", message).body()})


_PAGES = {CORES: "regional-quota-requests", SPOT_CORES: "low-priority-quota"}


def _request(subscription: str, location: str, quota: str, limit: int) -> str:
    """The portal's page that asks for more, filled in."""
    properties = {"limit": limit, "unit": "Count", "name": {"value": quota}}
    wanted = {
        "location": location,
        "providerId": "Microsoft.Compute",
        "resourceName": quota,
        "quotaRequest": {"properties": properties},
    }
    command = {"subscriptionId": subscription, "command": "openQuotaApprovalBlade", "quotas": [wanted]}
    parameters = quote(json.dumps(command, separators=(",", ":")), safe=":,[]")
    page = "https://aka.ms/ProdportalCRP/#blade/Microsoft_Azure_Capacity/UsageAndQuota.ReactView"
    return f"{page}/Parameters/{parameters}"
