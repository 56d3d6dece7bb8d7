"""Resource providers as a subscription sees them. All of localazure's are registered from the start."""

from __future__ import annotations

from localazure.arm.bodies import Json
from localazure.arm.calls import Answer, Call
from localazure.arm.errors import CloudError
from localazure.cloud import Cloud, Provider
from localazure.locations import LOCATIONS


def list_providers(cloud: Cloud, call: Call, values: dict[str, str]) -> Answer:  # noqa: ARG001 - a route's form
    found = [_registration(values["subscription"], provider) for provider in cloud.providers]
    return Answer(200, {"value": found})


def show_provider(cloud: Cloud, call: Call, values: dict[str, str]) -> Answer:  # noqa: ARG001
    return Answer(200, _registration(values["subscription"], _find(cloud, values["namespace"])))


register_provider = show_provider
"""Registering what is registered changes nothing, on Azure as here."""


def _find(cloud: Cloud, namespace: str) -> Provider:
    for provider in cloud.providers:
        if provider.namespace.lower() == namespace.lower():
            return provider
    message = f"The resource namespace '{namespace}' is invalid (or localazure does not serve it)."
    raise CloudError(404, "InvalidResourceNamespace", message)


def _registration(subscription: str, provider: Provider) -> Json:
    return {
        "id": f"/subscriptions/{subscription}/providers/{provider.namespace}",
        "namespace": provider.namespace,
        "registrationState": "Registered",
        "registrationPolicy": "RegistrationRequired",
        "resourceTypes": [_resource_type(kind.full_type) for kind in provider.types],
    }


def _resource_type(full_type: str) -> Json:
    return {
        "resourceType": full_type.partition("/")[2],
        "locations": list(LOCATIONS.values()),
        "apiVersions": ["2026-04-01", "2026-03-03", "2026-03-02", "2025-04-01", "2024-07-01", "2024-03-03"],
        "capabilities": "SupportsTags, SupportsLocation",
    }
