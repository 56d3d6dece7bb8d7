"""The marketplace's Windows images: a few words each, from which a disk is made when one is first wanted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict

PUBLISHER, OFFER = "MicrosoftWindowsServer", "WindowsServer"
SKU = "2022-datacenter-g2"
BUILDS = ("20348.2762", "20348.2849")
"""Builds of Windows Server 2022 that the model says it is: of October and of November 2024."""
DISK_BYTES = 127 * 1024**3
"""As large as Windows' images in the Marketplace; the model takes up a few megabytes of it."""
_MODEL_DATE = "260101"
"""Where Azure's versions have the day an image was made. No image of Azure's has this one."""
_SUFFIX = ".windows-model.json"


class BaseImage(BaseModel):
    """What ``WindowsModelHypervisor.import_layer`` finds in an image's file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    build: str
    """Build and revision, as ``ver`` prints them: ``20348.2849``."""


def base_images(cache: Path) -> Iterator[tuple[str, Path]]:
    """Version and file of every image; the files are written now unless the cache has them."""
    cache.mkdir(parents=True, exist_ok=True)
    for build in BUILDS:
        file = cache / f"windows-server-2022-{build}{_SUFFIX}"
        if not file.exists():
            draft = file.with_suffix(".new")
            draft.write_text(BaseImage(build=build).model_dump_json())
            draft.replace(file)
        yield f"{build}.{_MODEL_DATE}", file


def is_base_image(file: Path) -> bool:
    return file.name.endswith(_SUFFIX)


def read_base_image(file: Path) -> BaseImage:
    return BaseImage.model_validate_json(file.read_text())
