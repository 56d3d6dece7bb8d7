"""Which of the recipe's sizes the region offers, for the source's kind of image."""

from __future__ import annotations

from collections.abc import Iterable

from mintage.artifacts import ResolvedSource
from mintage.azure.clients import Clients
from mintage.azure.ensure import Document
from mintage.azure.errors import translating
from mintage.build_plan import BuildPlan
from mintage.errors import CapacityRefused


def check_sizes(clients: Clients, plan: BuildPlan, source: ResolvedSource) -> None:
    """See that each list of sizes has one to be had. Raises CapacityRefused with the reason for each size."""
    where = f"/subscriptions/{clients.subscription_id}/providers/Microsoft.Compute/skus"
    with translating(where):
        skus = clients.compute.resource_skus.list(filter=f"location eq '{plan.recipe.build.region}'")
        offered: dict[str, Document] = {
            str(sku["name"]).lower(): sku for sku in skus if sku.get("resourceType") == "virtualMachines"
        }
    _check("build.sizes", plan.recipe.build.sizes, offered, source)
    for size in plan.recipe.verify.sizes:
        _check("verify.sizes", (size,), offered, source)


def _check(field: str, sizes: Iterable[str], offered: dict[str, Document], source: ResolvedSource) -> None:
    reasons = {size: _reason(offered.get(size.lower()), source) for size in sizes}
    if all(reasons.values()):
        raise CapacityRefused(
            "None of the sizes is to be had",
            where=field,
            seen="; ".join(f"{size}: {reason}" for size, reason in reasons.items()),
            remedy="az vm list-skus --location REGION --resource-type virtualMachines --all lists what there is",
        )


def _reason(sku: Document | None, source: ResolvedSource) -> str:
    """Why a size cannot be had, or nothing."""
    if sku is None:
        return "not offered in the region"
    restricted = [each for each in sku.get("restrictions") or [] if each.get("type") == "Location"]
    if restricted:
        return str(restricted[0].get("reasonCode") or "restricted")
    can = {str(each["name"]): str(each["value"]) for each in sku.get("capabilities") or []}
    if source.generation not in can.get("HyperVGenerations", source.generation).split(","):
        return f"runs generation {can['HyperVGenerations']}, the image is {source.generation}"
    if can.get("CpuArchitectureType", source.architecture) != source.architecture:
        return f"has {can['CpuArchitectureType']} processors, the image is for {source.architecture}"
    return ""
