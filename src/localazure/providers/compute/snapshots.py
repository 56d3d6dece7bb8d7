"""Snapshots: what a disk held at one moment."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from localazure.arm.bodies import Body, Json
from localazure.arm.calls import Call
from localazure.arm.errors import not_supported
from localazure.arm.ids import ResourceId
from localazure.providers.compute.disk_access import access_of, make_export_blob
from localazure.providers.compute.disk_bodies import SnapshotBody
from localazure.providers.compute.disk_records import now
from localazure.providers.compute.disk_types import (
    DiskType,
    as_asked,
    refuse_other_plan,
    refuse_other_source,
    refuse_shrinking,
    required_source,
)
from localazure.providers.compute.layers import freeze
from localazure.providers.compute.references import DISK, SNAPSHOT, find_source, require
from localazure.store import Resource


class Snapshot(DiskType):
    full_type: ClassVar[str] = SNAPSHOT
    body: ClassVar[type[Body]] = SnapshotBody

    def plan(self, call: Call, body: Any, rid: ResourceId, current: Resource | None) -> Resource:
        planned = self._new(body, rid) if current is None else self._changed(body, current)
        refuse_other_plan(body.properties, planned)
        planned.properties |= as_asked(body.properties)
        planned.tags = body.tags
        planned.extra |= {"sku": {"name": body.sku.name, "tier": body.sku.name.partition("_")[0]}}
        return planned

    def build(self, resource: Resource) -> None:
        if resource.internal["made_bytes"]:
            return
        source = require(self.cloud, resource.properties["creationData"]["sourceResourceId"])
        layer = freeze(self.cloud, source, resource.internal["layer"])
        resource.internal["made_bytes"] = layer.size_bytes
        self.save(resource)

    def view(self, resource: Resource, call: Call) -> Json:
        state = "ActiveSAS" if access_of(resource) else "Unattached"
        return self.document(resource, resource.properties | {"diskState": state})

    def fill_blob(self, resource: Resource, level: str) -> None:
        access = access_of(resource)
        if access:
            make_export_blob(self.cloud, access, resource.internal["layer"])

    def refuse_delete(self, resource: Resource) -> None:
        self.refuse_with_access(resource)

    def destroy(self, resource: Resource) -> None:
        self.drop_access(resource)
        self.cloud.hypervisor.delete_layer(resource.internal["layer"])

    def _new(self, body: SnapshotBody, rid: ResourceId) -> Resource:
        creation = body.properties.creation_data
        if creation.create_option != "Copy":
            raise not_supported(f"snapshots with createOption '{creation.create_option}'")
        target = "creationData.sourceResourceId"
        source = find_source(self.cloud, required_source(creation), target, body.location, DISK, SNAPSHOT)
        unique = str(uuid.uuid4())
        return Resource(
            id=str(rid),
            location=body.location,
            properties=_shown(source) | {"creationData": _creation(creation.json_body(), source), "uniqueId": unique},
            internal={"layer": f"snapshot-{unique}", "made_bytes": 0},
        )

    def _changed(self, body: SnapshotBody, current: Resource) -> Resource:
        refuse_other_source(body.properties.creation_data, current)
        size = refuse_shrinking(body.properties.disk_size_gb, current)
        if size != current.properties["diskSizeGB"]:
            raise not_supported("a snapshot of another size than its disk")
        return current.model_copy(deep=True)


def _shown(source: Resource) -> Json:
    """What a snapshot takes over from its disk."""
    kept = ("diskSizeGB", "diskSizeBytes", "osType", "hyperVGeneration", "supportedCapabilities", "purchasePlan")
    shown = {key: source.properties[key] for key in kept if key in source.properties}
    return shown | {"timeCreated": now(), "completionPercent": 100.0}


def _creation(asked: Json, source: Resource) -> Json:
    return asked | {"sourceResourceId": str(source.rid), "sourceUniqueId": source.properties["uniqueId"]}
