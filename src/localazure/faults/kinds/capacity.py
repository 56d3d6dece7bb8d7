"""Places to run a machine that are not to be had."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from localazure.allocation import Allocation
from localazure.arm.calls import Answer
from localazure.arm.endings import Ending
from localazure.arm.errors import CloudError
from localazure.faults.fault import AnsweringFault, Condition, Patterns, Stage
from localazure.faults.kinds.operations import OperationFault
from localazure.faults.occasions import Occasion
from localazure.faults.patterns import matches

if TYPE_CHECKING:
    from localazure.cloud import Cloud

ALLOCATING = (
    "PUT Microsoft.Compute/virtualMachines",
    "PATCH Microsoft.Compute/virtualMachines",
    "POST Microsoft.Compute/virtualMachines/start",
)


class _NoRoom(Condition):
    """For machines of some sizes, in some places, of some priority."""

    operation: Patterns = Field(ALLOCATING, description="Calls that give a machine a place")
    size: Patterns = Field("*", description="'Standard_D2s_v5', 'Standard_D*'")
    location: Patterns = Field("*", description="'westeurope'")
    zone: Patterns = Field("*", description="1, 2 or 3; '*' concerns machines in no zone too")
    priority: Literal["any", "Regular", "Spot"] = Field("any", description="Machines of this priority only")

    def concerns(self, occasion: Occasion) -> bool:
        wanted = occasion.allocation
        return wanted is not None and super().concerns(occasion) and self._fits(wanted)

    def _fits(self, wanted: Allocation) -> bool:
        return (
            matches(self.size, wanted.size)
            and matches(self.location, wanted.location)
            and self.fits_zones(wanted.zones)
            and self.priority in {"any", "Spot" if wanted.spot else "Regular"}
        )

    def fits_zones(self, zones: tuple[str, ...]) -> bool:
        return any(matches(self.zone, zone) for zone in zones) if zones else self.zone == "*"


class SizeNotOfferedFault(_NoRoom, AnsweringFault):
    """SkuNotAvailable (409): a size cannot be had here now."""

    kind: Literal["sku-not-available"] = "sku-not-available"
    listed: bool = Field(False, description="The list of SKUs shows the size as restricted, too")

    @property
    def stage(self) -> Stage:
        return Stage.ARRIVAL

    def answer(self, occasion: Occasion, cloud: Cloud) -> Answer:  # noqa: ARG002 - as every answer
        wanted = occasion.needed_allocation
        message = (
            "The requested VM size for resource 'Following SKUs have failed for Capacity Restrictions: "
            f"{wanted.size}' is currently not available in location '{wanted.location}'. Please try another size or "
            "deploy to a different location or different zone. See https://aka.ms/azureskunotavailable for details."
        )
        return Answer(409, {"error": CloudError(409, "SkuNotAvailable", message).body()})


class AllocationFault(_NoRoom, OperationFault):
    """The operation ends AllocationFailed or the like: there is no room. In a zone, Azure says Zonal...

    Of a new machine the disks are there, and the machine itself in state Failed.
    """

    kind: Literal["allocation-failed"] = "allocation-failed"
    code: Literal["AllocationFailed", "OverconstrainedAllocationRequest"] = Field(
        "AllocationFailed", description="No room at all, or none that meets what was asked for"
    )

    def ending(self, fault_id: int, occasion: Occasion) -> Ending:
        zonal = bool(occasion.needed_allocation.zones)
        describe = _no_room if self.code == "AllocationFailed" else _too_restrictive
        code, message = describe(zonal=zonal)
        leaves: Literal["nothing", "half"] = "nothing" if occasion.method == "POST" else "half"
        return Ending(fault=fault_id, leaves=leaves, code=code, message=message)


def _no_room(*, zonal: bool) -> tuple[str, str]:
    message = (
        "Allocation failed. We do not have sufficient capacity for the requested VM size in this "
        f"{'zone' if zonal else 'region'}. Read more about improving likelihood of allocation success at "
        "http://aka.ms/allocation-guidance"
    )
    return ("ZonalAllocationFailed" if zonal else "AllocationFailed"), message


def _too_restrictive(*, zonal: bool) -> tuple[str, str]:
    constraints = ("Availability Zone", "VM Size") if zonal else ("VM Size",)
    listed = "".join(f"  - {each}\n" for each in constraints)
    message = (
        "Allocation failed. VM(s) with the following constraints cannot be allocated, because the condition is too "
        f"restrictive. Please remove some constraints and try again. Constraints applied are:\n{listed}"
    )
    return ("OverconstrainedZonalAllocationRequest" if zonal else "OverconstrainedAllocationRequest"), message
