"""From a gallery image version to the file Azure would take: a fixed VHD."""

from __future__ import annotations

from pathlib import Path

from localazure.arm.ids import ResourceId
from localazure.hypervisor.base import HypervisorError
from localazure.hypervisor.qemu import export_layer
from localazure.providers.compute.image_references import VERSION
from localazure.settings import ServerSettings
from localazure.store import Resource, Store


class ExportError(Exception):
    """An image version cannot be written: why, and what to do."""


def export_image_version(settings: ServerSettings, image_version_id: str, out: Path) -> None:
    """Write the operating system's disk of a version to ``out``: fixed VHD, a whole number of MiB.

    Reads the state folder, whether a server works on it or not: what a version holds never changes.
    Raises ExportError.
    """
    if settings.hypervisor != "qemu":
        message = "Only the qemu hypervisor's disks have blocks to write; the instant one's are folders."
        raise ExportError(message)
    if out.exists():
        message = f"{out} is there already. Choose another file, or remove it."
        raise ExportError(message)
    layer = str(_version(settings.state, image_version_id).internal["layers"]["os"]["name"])
    try:
        export_layer(settings.state / settings.hypervisor, layer, out.absolute())
    except (HypervisorError, OSError) as error:
        message = f"{image_version_id} cannot be written to {out}: {error}"
        raise ExportError(message) from error


def _version(state: Path, image_version_id: str) -> Resource:
    path = state / "state.sqlite"
    if not path.exists():
        message = f"{state} is not the state of a localazure: {path.name} is missing. Say which with --state."
        raise ExportError(message)
    store = Store(path)
    try:
        found = store.find(_parsed(image_version_id))
        definition = store.find(found.rid.parent) if found and found.rid.parent else None
    finally:
        store.close()
    if found is None:
        message = f"There is no image version {image_version_id} in {state}."
        raise ExportError(message)
    if definition and definition.properties.get("osType") == "Windows":
        message = (
            f"{image_version_id} holds a model of Windows, which no real machine could boot. Build the image on Azure "
            "to have it there."
        )
        raise ExportError(message)
    if "layers" not in found.internal:
        message = f"{image_version_id} is not finished: its provisioningState is {found.state}."
        raise ExportError(message)
    return found


def _parsed(image_version_id: str) -> ResourceId:
    try:
        rid = ResourceId.parse(image_version_id)
    except ValueError as error:
        raise ExportError(str(error)) from None
    if rid.type.lower() != VERSION.lower():
        message = f"{image_version_id} is of type {rid.type}; only gallery image versions can be exported."
        raise ExportError(message)
    return rid
