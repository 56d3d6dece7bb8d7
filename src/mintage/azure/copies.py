"""The same version in other galleries: of this subscription or another, made from the first one within Azure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mintage.artifacts import ImageVersion, ResolvedSource
from mintage.azure.adopted import made_by_build
from mintage.azure.clients import Clients
from mintage.azure.ensure import Document
from mintage.azure.gallery import destination_made
from mintage.azure.image_version import image_version, version_at, version_body
from mintage.azure.together import Progress, finish, silent
from mintage.build_plan import BuildPlan
from mintage.recipe import CopyForm, GalleryTarget, Publish, in_seconds


@dataclass(frozen=True)
class Destination:
    """A gallery that versions of the build go to: who reaches it, and the plan as it would be for it alone."""

    clients: Clients
    plan: BuildPlan
    form: int = 0
    """Which of the recipe's forms, from 1; 0 is the recipe's own gallery."""


def destinations(clients: Clients, plan: BuildPlan) -> Iterator[Destination]:
    """The recipe's own gallery, then those of the copies."""
    yield Destination(clients, plan)
    for number, form in enumerate(plan.recipe.publish.forms, 1):
        if isinstance(form, CopyForm):
            yield destination_of(clients, plan, form, number)


def destination_of(clients: Clients, plan: BuildPlan, form: CopyForm, number: int) -> Destination:
    given = {name: getattr(form, name) for name in GalleryTarget.model_fields}
    own = plan.recipe.publish
    publish = Publish(**given, definition=form.definition or own.definition, version=own.version)
    there = clients.in_subscription(form.subscription_id or clients.subscription_id)
    recipe = plan.recipe.model_copy(update={"publish": publish})
    return Destination(there, plan.model_copy(update={"recipe": recipe}), number)


def copy_version(
    destination: Destination, image: ImageVersion, source: ResolvedSource, progress: Progress = silent
) -> ImageVersion:
    """Make the version there, in the first one's region and excluded from latest, or adopt what of it is done.

    Raises AzureRefused when it is another build's, or the definition there is of another kind.
    """
    clients, plan = destination.clients, destination.plan
    wanted = version_at(clients, plan, image.version)

    def make_ready() -> Document:
        seconds = in_seconds(plan.recipe.timeouts.deliver)
        finish(wanted.id, destination_made(clients, plan, source), seconds=seconds, progress=progress)
        storage = {"source": {"id": image.resource_id}}
        return version_body(plan, image.location, source, storage, image.data_luns)

    return image_version(plan, made_by_build(wanted, plan, make_ready, progress))
