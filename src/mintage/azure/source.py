"""What an image is made from, as one exact image."""

from __future__ import annotations

from mintage.artifacts import Plan, ResolvedSource
from mintage.azure.clients import Clients
from mintage.azure.disk_source import resolve_disks
from mintage.azure.kept_images import resolve_gallery, resolve_managed
from mintage.azure.marketplace import resolve_marketplace
from mintage.azure.public_galleries import resolve_open
from mintage.azure.take_over import demand_agreed
from mintage.azure.terms import demand_accepted
from mintage.azure.vhd_source import resolve_vhd
from mintage.build_plan import BuildPlan
from mintage.errors import SourceError
from mintage.recipe import (
    CommunityGallerySource,
    GallerySource,
    ManagedDiskSource,
    ManagedImageSource,
    MarketplaceSource,
    SharedGallerySource,
    SnapshotSource,
    VhdSource,
    VirtualMachineSource,
    in_seconds,
)


def resolve_source(clients: Clients, plan: BuildPlan) -> ResolvedSource:
    """Find the image the recipe starts from; ``latest`` and prefixes become an exact version.

    Changes nothing but the acceptance of terms that the recipe allows. Raises SourceError when there is no such image
    in the build region, it is of another system than the recipe, it cannot be built on, or its terms are not accepted.
    """
    resolved = _resolve(clients, plan)
    for warning in resolved.warnings:
        clients.tell(f"{resolved.exact}: {warning}")
    if resolved.os != plan.recipe.os:
        raise SourceError(
            "The source is of another operating system than the recipe",
            where=resolved.exact,
            seen=f"the image holds {resolved.os}, the recipe says os: {plan.recipe.os}",
            remedy="correct source or os in the recipe",
        )
    if resolved.specialized and resolved.os == "windows":
        raise SourceError(
            "A specialized Windows is not built on",
            where=resolved.exact,
            seen="it has accounts of its own; only a Linux guest can be given the build's through Azure",
            remedy="generalize it first (Sysprep), and start from that",
        )
    demand_agreed(clients, plan, resolved)
    _demand_terms(clients, plan, resolved)
    return resolved


def _demand_terms(clients: Clients, plan: BuildPlan, resolved: ResolvedSource) -> None:
    """The build VM is bought under the source's plan, those that prove the image under the definition's."""
    if resolved.plan and resolved.kind != "marketplace":
        demand_accepted(clients, resolved.plan, resolved.exact)
    given = plan.recipe.publish.definition.purchase_plan
    if given:
        demand_accepted(clients, Plan(**given.model_dump()), "publish.definition.purchase_plan")


def _resolve(clients: Clients, plan: BuildPlan) -> ResolvedSource:
    region = plan.recipe.build.region
    match plan.recipe.source:
        case MarketplaceSource() as source:
            return resolve_marketplace(clients, source, region, in_seconds(plan.recipe.timeouts.change))
        case GallerySource() as source:
            return resolve_gallery(clients, source, region)
        case CommunityGallerySource() | SharedGallerySource() as source:
            return resolve_open(clients, source, region)
        case ManagedImageSource() as source:
            return resolve_managed(clients, source, region)
        case SnapshotSource() | ManagedDiskSource() | VirtualMachineSource() as source:
            return resolve_disks(clients, source, region)
        case VhdSource() as source:
            return resolve_vhd(clients, plan, source)
