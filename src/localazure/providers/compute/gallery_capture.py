"""Freezing what a gallery image version is made from."""

from __future__ import annotations

from dataclasses import asdict

from localazure.arm.bodies import Json
from localazure.cloud import Cloud
from localazure.providers.compute.image_references import VERSION
from localazure.providers.compute.image_source import CapturedDisks, Layer
from localazure.providers.compute.layers import capture_layers, duplicate_layer, freeze
from localazure.providers.compute.references import require


def capture(cloud: Cloud, sources: Json, name: str) -> CapturedDisks:
    """Freeze what the sources hold now, under layers named after ``name``. May be repeated."""
    if "whole" not in sources:
        os_layer = freeze(cloud, require(cloud, sources["os"]), f"{name}-os")
        data = sources["data"].items()
        frozen = ((int(lun), freeze(cloud, require(cloud, each), f"{name}-data-{lun}")) for lun, each in data)
        return CapturedDisks(os_layer, tuple(frozen), None, None)
    source = require(cloud, sources["whole"])
    if source.rid.type.lower() != VERSION.lower():
        return capture_layers(cloud, source, name)
    layers = source.internal["layers"]
    copies = tuple((lun, _copy(cloud, layer, f"{name}-data-{lun}")) for lun, layer in layers["data"])
    return CapturedDisks(_copy(cloud, layers["os"], f"{name}-os"), copies, None, None)


def stored(captured: CapturedDisks) -> Json:
    """A capture as a record keeps it."""
    os_layer = asdict(captured.os_layer) if captured.os_layer else None
    return {"os": os_layer, "data": [[lun, asdict(layer)] for lun, layer in captured.data_layers]}


def _copy(cloud: Cloud, layer: Json, name: str) -> Layer:
    kept = Layer(**layer)
    return Layer(duplicate_layer(cloud, kept.name, name), kept.size_bytes)
