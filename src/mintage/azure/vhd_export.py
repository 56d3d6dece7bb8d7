"""The image's disks as fixed VHDs: in files, or in a container's blobs."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from mintage.artifacts import BuildVm, Delivered, ImageVersion
from mintage.azure.clients import Clients
from mintage.azure.ensure import Document
from mintage.azure.frozen import frozen_disks
from mintage.azure.ids import names_in
from mintage.azure.last_seen import telling_last_seen
from mintage.azure.own_blobs import blob_at
from mintage.azure.together import Waiting, completed, finish
from mintage.azure.vhd_names import folder_of, name_of, stem_of
from mintage.build_plan import BuildPlan
from mintage.errors import MintageError, RecipeError
from mintage.recipe import VhdForm, in_seconds
from mintage.upload import PageBlob, Progress, copy_blob, silent, until
from mintage.upload.download import download_blob, hash_blob
from mintage.upload.export_file import placed_file

_SIGNED_SECONDS = 24 * 3600
Deliver = Callable[[PageBlob, str, Progress, Progress], Delivered]
"""Given what is told on, and what is not; either ends it when it takes too long."""


def deliver_vhds(
    clients: Clients, plan: BuildPlan, form: VhdForm, vm: BuildVm, image: ImageVersion, progress: Progress = silent
) -> tuple[Delivered, ...]:
    """Export the disk of the system, then the data disks; each has a name of its own and its checksum.

    What is there of an earlier call is done again where it may not be whole. Raises SourceError when something else has
    one of the names.
    """
    seconds = in_seconds(plan.recipe.timeouts.deliver)
    with telling_last_seen(clients, vm.resource_group, vm.name):
        disks = finish(vm.resource_id, frozen_disks(clients, plan, vm), seconds=seconds)
    stem = stem_of(plan, image.version)
    named = {name_of(stem, None): disks.os} | {name_of(stem, lun): each for lun, each in disks.data.items()}
    deliver = (
        _to_container(clients, form.container, plan.build_id)
        if form.container
        else _to_folder(folder_of(plan, form), plan.build_id)
    )
    return tuple(_delivered(clients, plan, snapshot, name, deliver, progress) for name, snapshot in named.items())


def check_folders(plan: BuildPlan) -> None:
    """Raises RecipeError for a folder that this worker could not write to."""
    for number, form in enumerate(plan.recipe.publish.forms):
        if isinstance(form, VhdForm) and form.folder:
            folder = folder_of(plan, form)
            there = next(each for each in (folder, *folder.parents) if each.exists())
            if not there.is_dir() or not os.access(there, os.W_OK):
                raise RecipeError(
                    "This worker cannot write the VHD's folder",
                    where=f"publish.forms[{number}].folder: {form.folder}",
                    seen=f"{there} is {'not to be written' if there.is_dir() else 'no folder'}",
                    remedy="name a folder that it can write, or give it the right to",
                )


def _delivered(
    clients: Clients, plan: BuildPlan, snapshot: Document, name: str, deliver: Deliver, progress: Progress
) -> Delivered:
    timeouts = plan.recipe.timeouts
    with _readable(clients, snapshot, in_seconds(timeouts.deliver)) as blob:
        within = partial(until, time.monotonic() + in_seconds(timeouts.export), "timeouts.export", name)
        return deliver(blob, name, within(progress), within(silent))


@contextmanager
def _readable(clients: Clients, snapshot: Document, seconds: float) -> Iterator[PageBlob]:
    """The snapshot as a blob, while the block lasts."""
    identity = str(snapshot["id"])
    url = finish(identity, _granted(clients, snapshot), seconds=seconds)
    with PageBlob(url, identity, ca_file=clients.ca_file, tell=clients.tell) as blob:
        try:
            yield blob
        except MintageError:
            finish(identity, _revoked(clients, snapshot), seconds=seconds)
            raise
    # Not when the process is told to end: it has no time, and clean-up ends what nobody came back for.
    finish(identity, _revoked(clients, snapshot), seconds=seconds)


def _granted(clients: Clients, snapshot: Document) -> Waiting[str]:
    asked: Any = {"access": "Read", "durationInSeconds": _SIGNED_SECONDS}
    _, group, (name,) = names_in(str(snapshot["id"]))
    granted = yield from completed(clients.compute.snapshots.begin_grant_access(group, name, asked))
    return str(granted.access_sas)


def _revoked(clients: Clients, snapshot: Document) -> Waiting[None]:
    _, group, (name,) = names_in(str(snapshot["id"]))
    yield from completed(clients.compute.snapshots.begin_revoke_access(group, name))


def _to_folder(folder: Path, build_id: str) -> Deliver:
    def deliver(blob: PageBlob, name: str, progress: Progress, _untold: Progress) -> Delivered:
        path = folder / name
        sha256 = placed_file(path, build_id, lambda draft: download_blob(blob, draft, progress))
        return Delivered(form="VHD", identity=str(path), checksum=f"sha256:{sha256}")

    return deliver


def _to_container(clients: Clients, container: str, build_id: str) -> Deliver:
    def deliver(blob: PageBlob, name: str, progress: Progress, untold: Progress) -> Delivered:
        url, sha256 = f"{container}/{name}", hash_blob(blob, untold)
        with blob_at(clients, url) as target:
            target.create(blob.length(), sha256, build_id)
            copy_blob(blob, target, progress, etag=blob.etag())
            target.finish()
        return Delivered(form="VHD", identity=url, checksum=f"sha256:{sha256}")

    return deliver
