"""The marketplace's Windows images: a few words each, from which a disk is made when one is first wanted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict

PUBLISHER, OFFER, SKU = "MicrosoftWindowsServer", "WindowsServer", "2022-datacenter-g2"
VERSIONS = ("20348.2762.241006", "20348.2849.241101")
"""Build, revision and day, as Azure's versions are made of; the last is what the model's base disk is."""
DISK_BYTES = 127 * 1024**3
"""As large as Windows' images in the Marketplace; the model takes up a few megabytes of it."""
_SUFFIX = ".windows-model.json"
_CURRENT_VERSION = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion"


class BaseImage(BaseModel):
    """What ``WindowsModelHypervisor.import_layer`` finds in an image's file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str


def base_images(cache: Path) -> Iterator[tuple[str, Path]]:
    """Version and file of every image; the files are written now unless the cache has them."""
    cache.mkdir(parents=True, exist_ok=True)
    for version in VERSIONS:
        file = cache / f"windows-server-2022-{version}{_SUFFIX}"
        if not file.exists():
            draft = file.with_suffix(".new")
            draft.write_text(BaseImage(version=version).model_dump_json())
            draft.replace(file)
        yield version, file


def is_base_image(file: Path) -> bool:
    return file.name.endswith(_SUFFIX)


def write_disk(file: Path, disk: Path) -> None:
    """Make the folder ``disk`` what an image's file says; what is made on the way stays beside the file."""
    # The modelled machine is imported where the first is wanted: a server without any need not wait for it.
    from localazure.windows.base_image import ensure_base_image, unpack  # noqa: PLC0415
    from localazure.windows.machine.machine import Machine  # noqa: PLC0415

    image = BaseImage.model_validate_json(file.read_text())
    unpack(ensure_base_image(file.parent), disk)
    machine = Machine(disk)
    machine.registry.set(_CURRENT_VERSION, "UBR", int(image.version.split(".")[1]))
    machine.save()
