"""What the VHDs of an image version are called, in folders and containers, and those that are there by these names."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from azure.storage.blob import BlobProperties, ContainerClient

from mintage.build_plan import BuildPlan
from mintage.recipe import VhdForm
from mintage.upload.export_file import draft_of


def stem_of(plan: BuildPlan, version: str) -> str:
    """What the names of all the VHDs of a version begin with."""
    return f"{plan.recipe.name}-{version}"


def name_of(stem: str, lun: int | None) -> str:
    """Of the disk of the system (None), or of a data disk."""
    return f"{stem}.vhd" if lun is None else f"{stem}-data-{lun}.vhd"


def folder_of(plan: BuildPlan, form: VhdForm) -> Path:
    """Where the files go; a relative folder is the recipe's neighbour."""
    return Path(plan.recipe_folder) / str(form.folder)


def files_named(folder: Path, stem: str) -> Iterator[Path]:
    """The version's files that are there."""
    for pattern in _patterns(stem):
        yield from folder.glob(pattern)


def drafts_named(folder: Path, stem: str, build_id: str) -> Iterator[Path]:
    """The version's files that the build has begun and not finished."""
    for pattern in _patterns(stem):
        yield from folder.glob(draft_of(Path(pattern), build_id).name)


def blobs_named(container: ContainerClient, stem: str) -> Iterator[BlobProperties]:
    """The version's blobs that are there, with their metadata."""
    for blob in container.list_blobs(name_starts_with=stem, include=["metadata"]):
        if any(fnmatchcase(blob.name, pattern) for pattern in _patterns(stem)):
            yield blob


def _patterns(stem: str) -> tuple[str, str]:
    """A stem holds no wildcard: neither recipes' names nor versions may."""
    return f"{stem}.vhd", f"{stem}-data-*.vhd"
