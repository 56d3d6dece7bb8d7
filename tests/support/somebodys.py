"""A machine that somebody has, beside the builds of a stack."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from mintage.azure.clients import Clients
from tests.support.compute import Compute

GROUP = "somebodys"


class Somebodys:
    """It runs when this is made: from the marketplace, or from a specialized image."""

    def __init__(self, clients: Clients, specialized_image: str | None = None) -> None:
        clients.resources.resource_groups.create_or_update(GROUP, {"location": "westeurope"})
        endpoints = SimpleNamespace(subscription=clients.subscription_id)
        azure: Any = SimpleNamespace(compute=clients.compute, network=clients.network, endpoints=endpoints)
        self.compute = Compute(azure, GROUP)
        body = self.compute.body("web-1")
        if specialized_image:
            del body["properties"]["osProfile"]
            body["properties"]["storageProfile"]["imageReference"] = {"id": specialized_image}
        self.vm = self.compute.put("web-1", body)

    def run(self, *lines: str) -> str:
        """What Run Command answers."""
        return self.compute.run("web-1", *lines)
