"""All that can be refused before anything is made, refused before anything is made."""

from __future__ import annotations

from pathlib import Path

from mintage.artifacts import ResolvedSource
from mintage.azure.clients import Clients
from mintage.azure.copies import destinations
from mintage.azure.definition import check_definition, check_identifier, same
from mintage.azure.ensure import Document, Wanted
from mintage.azure.errors import translating
from mintage.azure.gallery import image_definition
from mintage.azure.ids import names_in
from mintage.azure.kept_images import short_region
from mintage.azure.managed_image import check_managed_image
from mintage.azure.network import allowed_sources
from mintage.azure.sizes import check_sizes
from mintage.azure.vhd_export import check_folders
from mintage.build_plan import BuildPlan
from mintage.errors import AzureRefused, RecipeError, SettingsError
from mintage.recipe import CopyForm, GalleryTarget, WindowsRecipe
from mintage.recipe.places import spell
from mintage.recipe_file.sizes import too_large
from mintage.remote.winrm.credential import check_library
from mintage.settings import Settings

_PROVIDERS = ("Microsoft.Compute", "Microsoft.Network")


def check_destination(clients: Clients, settings: Settings, plan: BuildPlan, source: ResolvedSource) -> None:
    """See that the build can be made and its image can go where the recipe says. Makes nothing.

    Raises SettingsError (nobody could reach the VM, or log in to it; subscription, identity or provider registration),
    RecipeError (unknown region, files larger than the disk), CapacityRefused (none of the sizes is offered),
    AzureRefused (a gallery's name is taken, or the image definition is of another kind).
    """
    allowed_sources(settings, plan)
    if isinstance(plan.recipe, WindowsRecipe):
        check_library(plan.recipe.connection.auth)
    _check_room(plan, source)
    _check_luns(plan, source)
    compute, *_ = (_registered(clients, namespace) for namespace in _PROVIDERS)
    _check_regions(plan, compute)
    check_sizes(clients, plan, source)
    check_managed_image(plan, source)
    check_folders(plan)
    _check_galleries(clients, plan, source)


def _check_room(plan: BuildPlan, source: ResolvedSource) -> None:
    asked, held = plan.recipe.build.os_disk_gib, source.os_disk_size_gib
    if asked and held and asked < held:
        raise RecipeError(
            "The source does not fit on the disk",
            where=f"build.os_disk_gib: {asked}",
            seen=f"{source.exact} has a disk of {held} GiB, and Azure makes none that is smaller",
            remedy=f"give at least {held}, or leave it out",
        )
    disk_gib = asked or held
    recipe = plan.recipe.model_dump(include={"customize"})
    for place, seen in too_large(recipe, Path(plan.recipe_folder), disk_gib) if disk_gib else ():
        raise RecipeError(
            "The recipe copies more than the disk holds",
            where=spell(place),
            seen=seen,
            remedy="set build.os_disk_gib in the recipe, or copy less",
        )


def _check_luns(plan: BuildPlan, source: ResolvedSource) -> None:
    taken = {disk.lun for disk in source.data_disks}
    for number, disk in enumerate(plan.recipe.build.data_disks):
        if disk.lun in taken:
            raise RecipeError(
                "The source has a data disk there already",
                where=f"build.data_disks[{number}].lun: {disk.lun}",
                seen=f"{source.exact} has data disks at {', '.join(map(str, sorted(taken)))}",
                remedy="give another lun",
            )


def _registered(clients: Clients, namespace: str) -> Document:
    where = f"/subscriptions/{clients.subscription_id}/providers/{namespace}"
    with translating(where):
        provider: Document = clients.resources.providers.get(namespace)
    state = provider["registrationState"]
    if state not in {"Registered", "Registering"}:
        raise SettingsError(
            "The subscription lacks a resource provider",
            where=where,
            seen=f"registrationState {state}",
            remedy=f"az provider register --namespace {namespace}",
        )
    return provider


def _check_regions(plan: BuildPlan, compute: Document) -> None:
    machines = next(each for each in compute["resourceTypes"] if each["resourceType"].lower() == "virtualmachines")
    known = {short_region(name) for name in machines["locations"]}
    build = plan.recipe.build
    named = {"build.region": build.region}
    named |= {f"build.fallback_regions[{number}].name": each.name for number, each in enumerate(build.fallback_regions)}
    targets: dict[str, GalleryTarget] = {"publish": plan.recipe.publish}
    forms = enumerate(plan.recipe.publish.forms)
    targets |= {f"publish.forms[{number}]": form for number, form in forms if isinstance(form, CopyForm)}
    for where, target in targets.items():
        named |= {f"{where}.regions[{number}].name": each.name for number, each in enumerate(target.regions)}
    for field, region in named.items():
        if region not in known:
            raise RecipeError(
                "The subscription has no such region",
                where=f"{field}: {region}",
                seen=f"it has {', '.join(sorted(known))}",
                remedy="give one of these (az account list-locations)",
            )


def _check_galleries(clients: Clients, plan: BuildPlan, source: ResolvedSource) -> None:
    seen: dict[str, int] = {}
    for destination in destinations(clients, plan):
        wanted = image_definition(destination.clients, destination.plan, source)
        if seen.setdefault(wanted.id.lower(), destination.form) != destination.form:
            raise RecipeError(
                "A copy would be what it is copied from",
                where=f"publish.forms[{destination.form - 1}]",
                seen=f"{wanted.id} is named by another part of publish too",
                remedy="give it another gallery or another definition, or leave it out",
            )
        if destination.clients is not clients:
            _registered(destination.clients, _PROVIDERS[0])
        _check_gallery(destination.clients, destination.plan, wanted)


def _check_gallery(clients: Clients, plan: BuildPlan, wanted: Wanted) -> None:
    group, gallery, name = wanted.path
    with translating(wanted.id):
        galleries = [each for each in clients.compute.galleries.list() if same(each["name"], gallery)]
        if not galleries:
            return
        _, home, _ = names_in(str(galleries[0]["id"]))
        if not same(home, group):
            raise _gallery_elsewhere(wanted, home)
        definitions: list[Document] = list(clients.compute.gallery_images.list_by_gallery(group, gallery))
    check_identifier(wanted, definitions)
    for found in definitions:
        if same(found["name"], name):
            check_definition(wanted, found, plan.recipe.publish.definition)


def _gallery_elsewhere(wanted: Wanted, home: str) -> AzureRefused:
    return AzureRefused(
        "The gallery's name is taken: a subscription has each only once",
        where=wanted.id,
        seen=f"the gallery {wanted.path[1]} is in the resource group {home}",
        remedy=f"set publish.resource_group to {home}, or give another publish.gallery",
    )
