"""Freezing what disks hold: the way from machines, disks, snapshots and images to new images."""

from __future__ import annotations

from localazure.cloud import Cloud
from localazure.providers.compute.image_source import CapturedDisks, Layer
from localazure.providers.compute.references import DISK, IMAGE, SNAPSHOT, VIRTUAL_MACHINE, require
from localazure.store import Resource


def freeze(cloud: Cloud, source: Resource, name: str) -> Layer:
    """Keep what a disk or a snapshot holds now as a layer of its own, named ``name``. May be repeated.

    A running machine's disk is frozen as it would be found after a power cut, as Azure's snapshots are.
    """
    if source.rid.type.lower() == DISK.lower():
        layer = cloud.hypervisor.freeze_disk(source.internal["disk_id"], name)
    else:
        layer = duplicate_layer(cloud, source.internal["layer"], name)
    return Layer(layer, cloud.hypervisor.layer_size(layer))


def duplicate_layer(cloud: Cloud, layer: str, name: str) -> str:
    """The same content under a second name, which outlives the first. May be repeated."""
    passing = f"passing-{name}"
    cloud.hypervisor.create_disk(passing, layer=layer, size_bytes=None)
    copied = cloud.hypervisor.freeze_disk(passing, name)
    cloud.hypervisor.delete_disk(passing)
    return copied


def capture_layers(cloud: Cloud, source: Resource, name: str) -> CapturedDisks:
    """Freeze all that ``source`` holds: a machine, a disk, a snapshot or a managed image.

    The layers are named after ``name`` (unique, and the same when this is called again after a crash) and belong to
    the caller, who deletes them with ``hypervisor.delete_layer``.
    """
    kind = source.rid.type.lower()
    if kind == VIRTUAL_MACHINE.lower():
        return _machine_layers(cloud, source, name)
    if kind == IMAGE.lower():
        return _image_layers(cloud, source, name)
    if kind not in {DISK.lower(), SNAPSHOT.lower()}:
        message = f"{source.rid} has no disks to capture"
        raise ValueError(message)
    shown = source.properties
    return CapturedDisks(
        freeze(cloud, source, f"{name}-os"), (), shown.get("osType"), shown.get("hyperVGeneration", "V1")
    )


def delete_captured(cloud: Cloud, captured: CapturedDisks) -> None:
    """Let go of all layers of a capture."""
    for layer in (captured.os_layer, *(layer for _, layer in captured.data_layers)):
        if layer is not None:
            cloud.hypervisor.delete_layer(layer.name)


def _machine_layers(cloud: Cloud, machine: Resource, name: str) -> CapturedDisks:
    storage = machine.properties["storageProfile"]
    os_disk = _disk(cloud, storage["osDisk"])
    data = [(disk["lun"], _disk(cloud, disk)) for disk in storage["dataDisks"]]
    return CapturedDisks(
        freeze(cloud, os_disk, f"{name}-os"),
        tuple((lun, freeze(cloud, disk, f"{name}-data-{lun}")) for lun, disk in data),
        os_disk.properties["osType"],
        os_disk.properties["hyperVGeneration"],
    )


def _image_layers(cloud: Cloud, image: Resource, name: str) -> CapturedDisks:
    inside, shown = image.internal["layers"], image.properties
    return CapturedDisks(
        _duplicate(cloud, Layer(**inside["os"]), f"{name}-os"),
        tuple((lun, _duplicate(cloud, Layer(**layer), f"{name}-data-{lun}")) for lun, layer in inside["data"]),
        shown["storageProfile"]["osDisk"]["osType"],
        shown["hyperVGeneration"],
    )


def _duplicate(cloud: Cloud, layer: Layer, name: str) -> Layer:
    return Layer(duplicate_layer(cloud, layer.name, name), layer.size_bytes)


def _disk(cloud: Cloud, attached: dict[str, dict[str, str]]) -> Resource:
    return require(cloud, attached["managedDisk"]["id"])
