"""VHDs that a build began to deliver and did not finish: nobody else knows that they are none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from azure.core.exceptions import AzureError

from mintage.artifacts import Delivered, Leftover
from mintage.azure.clients import Clients
from mintage.azure.errors import translate
from mintage.azure.own_blobs import blob_at, container_at
from mintage.azure.vhd_names import blobs_named, drafts_named, folder_of, stem_of
from mintage.build_plan import BuildPlan
from mintage.recipe import VhdForm
from mintage.upload.blob import is_half_made


def remove_half_made(clients: Clients, plan: BuildPlan, version: str) -> tuple[Leftover, ...]:
    """Remove drafts of files on this host, and blobs that were never finished. Never raises: what stays is returned."""
    return tuple(left for form in plan.recipe.publish.forms for left in _left(clients, plan, form, version))


def withdraw(clients: Clients, delivered: Iterable[Delivered]) -> None:
    """Remove the VHDs of a build that is going to make others in their place."""
    for each in delivered:
        if each.form != "VHD":
            continue
        if not each.identity.startswith("https://"):
            Path(each.identity).unlink(missing_ok=True)
            continue
        with blob_at(clients, each.identity) as blob:
            blob.remove()


def _left(clients: Clients, plan: BuildPlan, form: object, version: str) -> Iterator[Leftover]:
    if not isinstance(form, VhdForm):
        return
    stem = stem_of(plan, version)
    if form.container:
        yield from _blobs(clients, form.container, stem, plan.build_id)
        return
    for draft in drafts_named(folder_of(plan, form), stem, plan.build_id):
        try:
            draft.unlink(missing_ok=True)
        except OSError as error:
            yield Leftover(resource_id=str(draft), reason=str(error))


def _blobs(clients: Clients, container: str, stem: str, build_id: str) -> Iterator[Leftover]:
    with container_at(clients, container) as client:
        try:
            for each in blobs_named(client, stem):
                if is_half_made(each.metadata, build_id):
                    client.delete_blob(each.name)
        except AzureError as error:
            reason = translate(error, container)
            yield Leftover(resource_id=f"{container}/{stem}", reason=f"{reason.what}: {reason.seen}")
