"""Microsoft.Resources: subscriptions, locations, providers and resource groups."""

from localazure.cloud import Provider, Route
from localazure.providers.resources.groups import ResourceGroup
from localazure.providers.resources.lists import list_group_resources, list_resources
from localazure.providers.resources.provider_registrations import list_providers, register_provider, show_provider
from localazure.providers.resources.subscriptions import (
    list_locations,
    list_subscriptions,
    list_tenants,
    show_subscription,
)

_SUBSCRIPTION = "/subscriptions/{subscription}"

RESOURCES_PROVIDER = Provider(
    namespace="Microsoft.Resources",
    types=(ResourceGroup,),
    routes=(
        Route("GET", "/tenants", list_tenants),
        Route("GET", "/subscriptions", list_subscriptions),
        Route("GET", _SUBSCRIPTION, show_subscription),
        Route("GET", f"{_SUBSCRIPTION}/locations", list_locations),
        Route("GET", f"{_SUBSCRIPTION}/resources", list_resources),
        Route("GET", f"{_SUBSCRIPTION}/resourceGroups/{{group}}/resources", list_group_resources),
        Route("GET", f"{_SUBSCRIPTION}/providers", list_providers),
        Route("GET", f"{_SUBSCRIPTION}/providers/{{namespace}}", show_provider),
        Route("POST", f"{_SUBSCRIPTION}/providers/{{namespace}}/register", register_provider),
    ),
)
