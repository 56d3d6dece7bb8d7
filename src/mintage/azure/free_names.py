"""Names that an image's other forms get from its version: taken by nobody, before money is spent on the image."""

from __future__ import annotations

from collections.abc import Iterator

from mintage.azure.clients import Clients
from mintage.azure.errors import translating
from mintage.azure.group import belongs
from mintage.azure.managed_image import image_at
from mintage.azure.own_blobs import container_at
from mintage.azure.vhd_names import blobs_named, files_named, folder_of, stem_of
from mintage.build_plan import BuildPlan
from mintage.errors import RecipeError
from mintage.recipe import ManagedImageForm, VhdForm


def check_names(clients: Clients, plan: BuildPlan, version: str) -> None:
    """Raises RecipeError for a managed image, a file or a blob that is there already, or a container that is not."""
    for number, form in enumerate(plan.recipe.publish.forms):
        for taken in _taken(clients, plan, form, version):
            raise RecipeError(
                "There is something of the name that the image is to have",
                where=f"publish.forms[{number}] ({form.kind})",
                seen=taken,
                remedy="move it away, name another place in the recipe, or build another version",
            )


def _taken(clients: Clients, plan: BuildPlan, form: object, version: str) -> Iterator[str]:
    if isinstance(form, ManagedImageForm):
        place = image_at(clients, plan, form, version)
        with translating(place.id):
            found = place.find()
        if found is not None and not belongs(found, plan.build_id):
            yield place.id
    elif isinstance(form, VhdForm):
        stem = stem_of(plan, version)
        if form.container:
            yield from _blobs(clients, form.container, stem)
        else:
            yield from map(str, files_named(folder_of(plan, form), stem))


def _blobs(clients: Clients, container: str, stem: str) -> Iterator[str]:
    with container_at(clients, container) as client, translating(container):
        if not client.exists():
            raise RecipeError(
                "The container for the VHD is not there",
                where=container,
                remedy="make it (az storage container create), and let this identity write to it: the role Storage "
                "Blob Data Contributor",
            )
        yield from (f"{container}/{blob.name}" for blob in blobs_named(client, stem))
