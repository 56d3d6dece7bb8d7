"""The gallery and the image definition a build publishes to, and the versions there are."""

from __future__ import annotations

from typing import Any

from azure.core.exceptions import ResourceNotFoundError

from mintage.artifacts import ResolvedSource
from mintage.azure.clients import Clients
from mintage.azure.definition import check_definition, definition_body, with_said
from mintage.azure.ensure import Document, Wanted, ensure
from mintage.azure.errors import translating
from mintage.azure.group import belongs, ensure_group
from mintage.azure.ids import resource_id
from mintage.azure.together import Waiting, completed
from mintage.build_plan import BuildPlan

DEFINITION = "Microsoft.Compute/galleries/images"
VERSION = "Microsoft.Compute/galleries/images/versions"


def taken_versions(clients: Clients, plan: BuildPlan) -> tuple[list[str], list[str]]:
    """The numbers in the plan's definition: the build's own, and others'."""
    path = definition_path(plan)
    with translating(resource_id(clients.subscription_id, DEFINITION, *path)):
        existing = _versions(clients, path)
    own = [str(each["name"]) for each in existing if belongs(each, plan.build_id)]
    return own, [str(each["name"]) for each in existing if not belongs(each, plan.build_id)]


def own_versions(clients: Clients, plan: BuildPlan) -> list[Wanted]:
    """What the build has captured so far, good or not."""
    path, versions = definition_path(plan), clients.compute.gallery_image_versions
    own, _ = taken_versions(clients, plan)
    return [Wanted(clients, VERSION, versions, (*path, name), {}) for name in own]


def definition_path(plan: BuildPlan) -> tuple[str, str, str]:
    """Resource group, gallery and definition, as the SDK asks for them."""
    publish = plan.recipe.publish
    return publish.resource_group, publish.gallery, publish.definition.name


def destination_made(clients: Clients, plan: BuildPlan, source: ResolvedSource) -> Waiting[Document]:
    """Make what is absent of group, gallery and definition. Raises AzureRefused when the definition is of another kind.

    They outlive the build, so they carry the recipe's tags and none of the build's.
    """
    publish, tags = plan.recipe.publish, dict(plan.recipe.tags)
    yield from ensure_group(clients, publish.resource_group, plan.recipe.build.region, tags)
    yield from ensure(_gallery(clients, plan))
    wanted = image_definition(clients, plan, source)
    found = yield from ensure(wanted)
    check_definition(wanted, found, publish.definition)
    changed = with_said(found, wanted)
    if changed:
        written: Document = yield from completed(wanted.operations.begin_create_or_update(*wanted.path, changed))
        return written
    return found


def image_definition(clients: Clients, plan: BuildPlan, source: ResolvedSource) -> Wanted:
    body = definition_body(plan, source)
    return Wanted(clients, DEFINITION, clients.compute.gallery_images, definition_path(plan), body, shared=True)


def _gallery(clients: Clients, plan: BuildPlan) -> Wanted:
    body: dict[str, Any] = {"location": plan.recipe.build.region, "tags": dict(plan.recipe.tags), "properties": {}}
    path = definition_path(plan)[:2]
    return Wanted(clients, "Microsoft.Compute/galleries", clients.compute.galleries, path, body, shared=True)


def _versions(clients: Clients, path: tuple[str, str, str]) -> list[Document]:
    try:
        return list(clients.compute.gallery_image_versions.list_by_gallery_image(*path))
    except ResourceNotFoundError:
        return []
