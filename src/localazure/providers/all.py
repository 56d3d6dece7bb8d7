"""Every provider the server has, and what they ask of its start."""

from __future__ import annotations

from starlette.routing import BaseRoute

from localazure.cloud import Cloud, Provider
from localazure.providers.compute import COMPUTE_PROVIDER
from localazure.providers.marketplace_ordering import MARKETPLACE_ORDERING_PROVIDER
from localazure.providers.network import NETWORK_PROVIDER
from localazure.providers.resources import RESOURCES_PROVIDER
from localazure.providers.storage import STORAGE_PROVIDER

PROVIDERS: tuple[Provider, ...] = (
    RESOURCES_PROVIDER,
    COMPUTE_PROVIDER,
    NETWORK_PROVIDER,
    STORAGE_PROVIDER,
    MARKETPLACE_ORDERING_PROVIDER,
)


def public_routes(cloud: Cloud) -> list[BaseRoute]:
    """What is served without a bearer token because its URL carries a signature."""
    return [route for provider in cloud.providers for route in provider.public_routes(cloud)]


def resume(cloud: Cloud) -> None:
    """Bring back what ran when the last server ended."""
    for provider in cloud.providers:
        provider.resume(cloud)
