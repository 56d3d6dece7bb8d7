"""All resources of a subscription or a group, whatever their provider."""

from __future__ import annotations

from localazure.arm.bodies import Json
from localazure.arm.calls import Answer, Call
from localazure.arm.ids import ResourceId
from localazure.cloud import Cloud
from localazure.providers.resources.tag_filter import tagged
from localazure.store import Resource

_LISTED = ("id", "name", "type", "kind", "location", "tags", "sku", "plan", "identity", "managedBy")
"""What a list says of each resource (OpenAPI 2024-07-01, GenericResourceExpanded)."""


def list_resources(cloud: Cloud, call: Call, values: dict[str, str]) -> Answer:
    return _answer(cloud, call, ResourceId(values["subscription"]))


def list_group_resources(cloud: Cloud, call: Call, values: dict[str, str]) -> Answer:
    group = ResourceId(values["subscription"], values["group"])
    cloud.group(group)
    return _answer(cloud, call, group)


def _answer(cloud: Cloud, call: Call, scope: ResourceId) -> Answer:
    found = [resource for resource in cloud.store.under(scope) if resource.rid.namespace and _listed(resource)]
    return Answer(200, {"value": [_brief(cloud, resource) for resource in found if tagged(resource, call)]})


def _listed(resource: Resource) -> bool:
    """Resource Manager lists what carries a location: subnets and security rules are part of their parents."""
    return resource.location is not None


def _brief(cloud: Cloud, resource: Resource) -> Json:
    body = cloud.type_of(resource.rid.type).document(resource, {})
    return {name: body[name] for name in _LISTED if name in body}
