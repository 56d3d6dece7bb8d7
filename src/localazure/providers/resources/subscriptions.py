"""The subscriptions, their tenant and their regions."""

from __future__ import annotations

from localazure.arm.bodies import Json
from localazure.arm.calls import Answer, Call
from localazure.cloud import Cloud, Subscription
from localazure.locations import LOCATIONS


def list_subscriptions(cloud: Cloud, call: Call, values: dict[str, str]) -> Answer:  # noqa: ARG001 - a route's form
    found = [_subscription(each) for each in cloud.subscriptions.values()]
    return Answer(200, {"value": found, "count": {"type": "Total", "value": len(found)}})


def show_subscription(cloud: Cloud, call: Call, values: dict[str, str]) -> Answer:  # noqa: ARG001
    return Answer(200, _subscription(cloud.subscriptions[values["subscription"].lower()]))


def list_tenants(cloud: Cloud, call: Call, values: dict[str, str]) -> Answer:  # noqa: ARG001
    tenant = cloud.subscription.tenant
    body = {"id": f"/tenants/{tenant}", "tenantId": tenant, "displayName": "localazure", "tenantCategory": "Home"}
    return Answer(200, {"value": [body]})


def list_locations(cloud: Cloud, call: Call, values: dict[str, str]) -> Answer:  # noqa: ARG001
    found = [_location(values["subscription"], name, shown) for name, shown in LOCATIONS.items()]
    return Answer(200, {"value": found})


def _subscription(own: Subscription) -> Json:
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


def _location(subscription: str, name: str, shown: str) -> Json:
    return {
        "id": f"/subscriptions/{subscription}/locations/{name}",
        "name": name,
        "type": "Region",
        "displayName": shown,
        "regionalDisplayName": shown,
        "metadata": {"regionType": "Physical", "regionCategory": "Recommended"},
    }
