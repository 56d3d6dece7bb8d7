"""What is no image on Azure yet, made one in the build's own group: VMs with an account of the build need an image."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from mintage.artifacts import ResolvedSource
from mintage.azure.clients import Clients
from mintage.azure.disk_upload import UploadedDisk, upload_disk
from mintage.azure.ensure import Wanted, ensure
from mintage.azure.group import ensure_build_group
from mintage.azure.ids import group_id
from mintage.azure.own_blobs import blob_at
from mintage.azure.together import finish
from mintage.azure.vhd_source import authorization, by_token, opened_blob, opened_file
from mintage.build_plan import BuildPlan
from mintage.errors import SourceError
from mintage.recipe import VhdSource, in_seconds
from mintage.upload import PageBlob, Progress, copy_blob, silent, until, upload_image
from mintage.vhd import VhdImage

_IMAGE = "Microsoft.Compute/images"
Within = Callable[[Progress], Progress]
"""Makes a progress end what takes too long."""


def make_source_image(clients: Clients, plan: BuildPlan, source: ResolvedSource, progress: Progress) -> ResolvedSource:
    """Make the disk and the image, or go on with what is there of them; the source with the image's id.

    Raises SourceError when what the recipe names is not what it was when it was resolved, DeadlinePassed.
    """
    group = group_id(clients.subscription_id, plan.names.group)
    seconds = in_seconds(plan.recipe.timeouts.provision)
    finish(group, ensure_build_group(clients, plan), seconds=seconds)
    deadline = time.monotonic() + in_seconds(plan.recipe.timeouts.upload)
    disk = _uploaded(clients, plan, source, progress, partial(until, deadline, "timeouts.upload", str(source.identity)))
    image = source_image(clients, plan, source, {"managedDisk": {"id": disk}})
    made = finish(image.id, ensure(image), seconds=seconds)
    return source.model_copy(update={"image_id": str(made["id"])})


def _uploaded(clients: Clients, plan: BuildPlan, source: ResolvedSource, told: Progress, within: Within) -> str:
    given, progress = plan.recipe.source, within(told)
    if not isinstance(given, VhdSource):
        raise TypeError(given)
    if given.url:
        with opened_blob(clients, given) as blob:
            return _copied(clients, plan, source, given, blob, progress)
    with opened_file(plan, given) as image:
        _demand_same(source, image)
        fill = _through_container(clients, plan, given.container, image, progress, within) if given.container else None
        return upload_disk(
            clients, _disk(plan, source, image.length), fill or (lambda target: upload_image(image, target, progress))
        )


def _through_container(
    clients: Clients, plan: BuildPlan, container: str, image: VhdImage, progress: Progress, within: Within
) -> Callable[[PageBlob], object]:
    """Keep the VHD in the container, named after the recipe and what it holds; the disk is copied from there."""
    url = f"{container}/{plan.recipe.name}-{image.sha256[:16]}.vhd"
    with blob_at(clients, url) as blob:
        blob.create(image.length, image.sha256)
        upload_image(image, blob, progress)

    def fill(target: PageBlob) -> None:
        with blob_at(clients, url) as kept:
            copy_blob(kept, target, within(silent), etag=kept.etag(), authorization=lambda: by_token(clients))

    return fill


def _copied(
    clients: Clients, plan: BuildPlan, source: ResolvedSource, given: VhdSource, blob: PageBlob, progress: Progress
) -> str:
    reading = authorization(clients, given)

    def fill(target: PageBlob) -> None:
        copy_blob(blob, target, progress, etag=str(source.content), authorization=reading)

    return upload_disk(clients, _disk(plan, source, blob.length()), fill)


def _demand_same(source: ResolvedSource, image: VhdImage) -> None:
    if image.sha256 != source.content:
        raise SourceError(
            "The file is not what it was when the build began",
            where=str(source.identity),
            seen=f"sha256:{image.sha256} now",
            remedy="start a new build, and leave the file as it is meanwhile",
        )


def _disk(plan: BuildPlan, source: ResolvedSource, length: int) -> UploadedDisk:
    return UploadedDisk(
        name=plan.names.source_disk,
        group=plan.names.group,
        location=plan.recipe.build.region,
        tags=plan.tags,
        length=length,
        content=str(source.content),
        os_type=plan.recipe.os.capitalize(),
        generation=source.generation,
        architecture=source.architecture,
        seconds=in_seconds(plan.recipe.timeouts.change),
    )


def source_image(
    clients: Clients,
    plan: BuildPlan,
    source: ResolvedSource,
    system: dict[str, Any],
    data_disks: Sequence[dict[str, Any]] = (),
) -> Wanted:
    """A managed image in the build's group. ``system`` names the disk or snapshot that holds a generalized system."""
    os_disk = system | {"osType": plan.recipe.os.capitalize(), "osState": "Generalized", "caching": "ReadWrite"}
    storage = {"osDisk": os_disk, "dataDisks": list(data_disks)}
    body = {
        "location": plan.recipe.build.region,
        "tags": plan.tags,
        "properties": {"hyperVGeneration": source.generation, "storageProfile": storage},
    }
    return Wanted(clients, _IMAGE, clients.compute.images, (plan.names.group, plan.names.source_image), body)
