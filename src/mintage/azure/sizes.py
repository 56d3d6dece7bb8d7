"""Which of the recipe's sizes its regions offer, for the source's kind of image."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mintage.artifacts import ResolvedSource
from mintage.azure.clients import Clients
from mintage.azure.ensure import Document
from mintage.azure.errors import translating
from mintage.build_plan import BuildPlan
from mintage.errors import CapacityRefused
from mintage.placement import regions_of

Offer = Mapping[str, Document]
"""The SKUs of a region, by size in lower case."""


def check_sizes(clients: Clients, plan: BuildPlan, source: ResolvedSource) -> None:
    """See that some region offers one of the build's sizes, and the recipe's own each of the verification's.

    Regions after the first that offers one are not asked about. Raises CapacityRefused with the reason for each size.
    """
    first, *others = regions_of(plan.recipe.build)
    offer = _offer(clients, first.name)
    for size in plan.recipe.verify.sizes:
        _demand_one("verify.sizes", _reasons((size,), offer, source, ()))
    reasons = _reasons(plan.recipe.build.sizes, offer, source, first.zones)
    for region in others:
        if not all(reasons.values()):
            return
        there = _reasons(plan.recipe.build.sizes, _offer(clients, region.name), source, region.zones)
        reasons |= {f"{size} in {region.name}": reason for size, reason in there.items()}
    _demand_one("build.sizes", reasons)


def _offer(clients: Clients, region: str) -> Offer:
    where = f"/subscriptions/{clients.subscription_id}/providers/Microsoft.Compute/skus"
    with translating(where):
        skus = clients.compute.resource_skus.list(filter=f"location eq '{region}'")
        return {str(sku["name"]).lower(): sku for sku in skus if sku.get("resourceType") == "virtualMachines"}


def _reasons(sizes: Iterable[str], offer: Offer, source: ResolvedSource, zones: tuple[str, ...]) -> dict[str, str]:
    return {size: _reason(offer.get(size.lower()), source, zones) for size in sizes}


def _demand_one(field: str, reasons: Mapping[str, str]) -> None:
    if all(reasons.values()):
        raise CapacityRefused(
            "None of the sizes is to be had",
            where=field,
            seen="; ".join(f"{size}: {reason}" for size, reason in reasons.items()),
            remedy="az vm list-skus --location REGION --resource-type virtualMachines --all lists what there is",
        )


def _reason(sku: Document | None, source: ResolvedSource, zones: tuple[str, ...]) -> str:
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
    if zones and not set(zones) & (offered := _zones(sku)):
        return f"not in zone {', '.join(zones)}; offered in {', '.join(sorted(offered)) or 'no zone'}"
    return ""


def _zones(sku: Document) -> set[str]:
    """Where this subscription gets the size."""
    offered = {zone for each in sku.get("locationInfo") or [] for zone in each.get("zones") or []}
    restricted = [each for each in sku.get("restrictions") or [] if each.get("type") == "Zone"]
    return offered - {zone for each in restricted for zone in each.get("restrictionInfo", {}).get("zones") or []}
