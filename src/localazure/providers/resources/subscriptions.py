"""The subscription, its tenant and its regions."""

from __future__ import annotations

from localazure.arm.bodies import Json
from localazure.arm.calls import Answer, Call
from localazure.cloud import Cloud
from localazure.locations import LOCATIONS


def list_subscriptions(cloud: Cloud, call: Call, values: dict[str, str]) -> Answer:  # noqa: ARG001 - a route's form
    return Answer(200, {"value": [_subscription(cloud)], "count": {"type": "Total", "value": 1}})


def show_subscription(cloud: Cloud, call: Call, values: dict[str, str]) -> Answer:  # noqa: ARG001
    return Answer(200, _subscription(cloud))


def list_tenants(cloud: Cloud, call: Call, values: dict[str, str]) -> Answer:  # noqa: ARG001
    tenant = cloud.subscription.tenant
    body = {"id": f"/tenants/{tenant}", "tenantId": tenant, "displayName": "localazure", "tenantCategory": "Home"}
    return Answer(200, {"value": [body]})


def list_locations(cloud: Cloud, call: Call, values: dict[str, str]) -> Answer:  # noqa: ARG001
    return Answer(200, {"value": [_location(cloud, name, shown) for name, shown in LOCATIONS.items()]})


def _subscription(cloud: Cloud) -> Json:
    own = cloud.subscription
    return {
        "id": f"/subscriptions/{own.id}",
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "subscriptionId": own.id,
        "tenantId": own.tenant,
        "displayName": own.name,
        "state": "Enabled",
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "PayAsYouGo_2014-09-01",
            "spendingLimit": "Off",
        },
    }


def _location(cloud: Cloud, name: str, shown: str) -> Json:
    return {
        "id": f"/subscriptions/{cloud.subscription.id}/locations/{name}",
        "name": name,
        "type": "Region",
        "displayName": shown,
        "regionalDisplayName": shown,
        "metadata": {"regionType": "Physical", "regionCategory": "Recommended"},
    }
