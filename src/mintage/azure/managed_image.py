"""The image as a managed image: for what still takes no other."""

from __future__ import annotations

from typing import Any

from mintage.artifacts import BuildVm, Delivered, ImageVersion, ResolvedSource
from mintage.azure.adopted import made_by_build
from mintage.azure.clients import Clients
from mintage.azure.ensure import Document, Wanted
from mintage.azure.frozen import frozen_disks
from mintage.azure.group import ensure_group
from mintage.azure.image_version import provenance
from mintage.azure.last_seen import telling_last_seen
from mintage.azure.power import at_rest, is_generalized
from mintage.azure.together import Progress, Waiting, completed, finish, silent
from mintage.build_plan import BuildPlan
from mintage.errors import RecipeError
from mintage.names import EXPIRES_TAG, NEVER
from mintage.recipe import ManagedImageForm, in_seconds

IMAGE = "Microsoft.Compute/images"


def check_managed_image(plan: BuildPlan, source: ResolvedSource) -> None:
    """Raises RecipeError for what Azure makes no managed image of."""
    asked = any(isinstance(form, ManagedImageForm) for form in plan.recipe.publish.forms)
    if asked and source.architecture != "x64":
        raise RecipeError(
            "Azure makes managed images of x64 only",
            where="publish.forms: managed_image",
            seen=f"the source {source.exact} is {source.architecture}",
            remedy="leave the form out: VMs of this image are made from the gallery's version",
        )


def deliver_managed_image(
    clients: Clients,
    plan: BuildPlan,
    form: ManagedImageForm,
    vm: BuildVm,
    image: ImageVersion,
    source: ResolvedSource,
    progress: Progress = silent,
) -> Delivered:
    """Make it in the VM's region, or adopt what of it is done. It expires until ``managed_image_kept``.

    Raises AzureRefused when an image of that name is another build's.
    """
    place = image_at(clients, plan, form, image.version)

    def make_ready() -> Document:
        making = ensure_group(clients, form.resource_group, plan.recipe.build.region, dict(plan.recipe.tags))
        seconds = in_seconds(plan.recipe.timeouts.deliver)
        finish(place.id, making, seconds=seconds, progress=progress)
        with telling_last_seen(clients, vm.resource_group, vm.name):
            made_of = finish(vm.resource_id, _made_of(clients, plan, vm), seconds=seconds, progress=progress)
        properties = {"hyperVGeneration": source.generation, **made_of}
        return {"location": vm.location, "tags": provenance(plan, source), "properties": properties}

    made = made_by_build(place, plan, make_ready, progress)
    return Delivered(form="managed image", identity=str(made["id"]))


def image_at(clients: Clients, plan: BuildPlan, form: ManagedImageForm, version: str) -> Wanted:
    """Where the image of that version is, or is to be."""
    path = (form.resource_group, f"{plan.recipe.name}-{version}")
    return Wanted(clients, IMAGE, clients.compute.images, path, {})


def _made_of(clients: Clients, plan: BuildPlan, vm: BuildVm) -> Waiting[dict[str, Any]]:
    """The VM itself; one that Azure was never told is generalized, by the snapshots of its disks."""
    found = yield from at_rest(clients, vm.resource_group, vm.name)
    if is_generalized(found):
        return {"sourceVirtualMachine": {"id": vm.resource_id}}
    disks = yield from frozen_disks(clients, plan, vm)
    system = {"osType": plan.recipe.os.capitalize(), "osState": "Generalized", **_snapshot(disks.os)}
    data = [{"lun": lun, **_snapshot(each)} for lun, each in disks.data.items()]
    return {"storageProfile": {"osDisk": system, "dataDisks": data}}


def _snapshot(frozen: Document) -> dict[str, Any]:
    return {"snapshot": {"id": str(frozen["id"])}}


def managed_image_kept(image: Wanted) -> Waiting[None]:
    """From here on it is somebody's image: the sweeper has no business with it."""
    group, name = image.path
    tags = dict(image.operations.get(group, name).get("tags") or {})
    if tags.get(EXPIRES_TAG) != NEVER:
        # A tag cannot be taken away by every way of updating tags; this one is none of a time.
        kept: Any = {"tags": tags | {EXPIRES_TAG: NEVER}}
        yield from completed(image.clients.compute.images.begin_update(group, name, kept))
