"""Purchase plans: what a machine must be bought under, because of the marketplace image that its disk comes from.

Disks, snapshots and images carry the plan on, as Azure's do.
"""

from __future__ import annotations

from localazure.arm.bodies import Body, Json
from localazure.arm.errors import CloudError
from localazure.catalogue import PurchasePlan
from localazure.cloud import Cloud
from localazure.providers.compute.references import DISK, SNAPSHOT, VIRTUAL_MACHINE, require
from localazure.providers.marketplace_ordering import terms_accepted
from localazure.store import Resource


class PlanBody(Body):
    publisher: str
    product: str
    name: str
    promotion_code: str | None = None


def shown_plan(plan: PurchasePlan | None) -> Json | None:
    return {"name": plan.name, "publisher": plan.publisher, "product": plan.product} if plan else None


def plan_of(cloud: Cloud, source: Resource) -> Json | None:
    """The plan that goes with what a machine, a disk, a snapshot, a managed image or an image version holds."""
    kind = source.rid.type.lower()
    if kind == VIRTUAL_MACHINE.lower():
        system = source.properties["storageProfile"]["osDisk"]["managedDisk"]["id"]
        return plan_of(cloud, require(cloud, system))
    held = source.properties.get("purchasePlan") if kind in {DISK.lower(), SNAPSHOT.lower()} else None
    found: Json | None = held or source.internal.get("plan")
    return found


def check_terms(cloud: Cloud, asked: PlanBody) -> None:
    """Refuse a machine whose plan nobody agreed to. Raises CloudError 400."""
    plan = PurchasePlan(publisher=asked.publisher, product=asked.product, name=asked.name)
    if not terms_accepted(cloud, plan):
        message = (
            "User failed validation to purchase resources. Error message: 'You have not accepted the legal terms on "
            f"this subscription: '{cloud.subscription.id}' for this plan. Before the subscription can be used, you "
            "need to accept the legal terms of the image. To read and accept legal terms, use the Azure CLI commands "
            "described at https://go.microsoft.com/fwlink/?linkid=2110637 or the PowerShell commands available at "
            "https://go.microsoft.com/fwlink/?linkid=862451. Alternatively, deploying via the Azure portal provides a "
            f"UI experience for reading and accepting the legal terms. Offer details: publisher='{plan.publisher}' "
            f"offer = '{plan.product}', sku = '{plan.name}'.'"
        )
        raise CloudError(400, "ResourcePurchaseValidationFailed", message)


def check_plan(machine: Resource) -> None:
    """End the creation of a machine that is not bought under its disk's plan, as Azure does when it is under way."""
    wanted, given = machine.internal.get("plan"), machine.extra.get("plan")
    if same_plan(wanted, given):
        return
    disk = f"OS disk name is '{machine.properties['storageProfile']['osDisk']['name']}'."
    if wanted is None:
        message = (
            "Creating a virtual machine from a non Marketplace image does not need Plan information, please remove "
            f"the Plan information in the request. {disk}"
        )
    elif given is None:
        message = (
            "Creating a virtual machine from Marketplace image or a custom image sourced from a Marketplace image "
            f"requires Plan information in the request. VM: '{machine.id}'."
        )
    else:
        message = f"The purchase information does not match. Unable to deploy from the Marketplace image. {disk}"
    raise CloudError(400, "VMMarketplaceInvalidInput", message)


def same_plan(one: Json | None, other: Json | None) -> bool:
    return _parts(one) == _parts(other)


def _parts(plan: Json | None) -> Json | None:
    return {key: str(plan[key]).lower() for key in ("publisher", "product", "name")} if plan else None
