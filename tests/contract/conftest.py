"""The real Azure SDK against a real localazure, whose machines are the instant model."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from azure.identity import DefaultAzureCredential
from azure.mgmt.compute import ComputeManagementClient
from azure.mgmt.network import NetworkManagementClient
from azure.mgmt.resource.resources import ResourceManagementClient

from localazure.faults.client import FaultClient
from localazure.server import Server, running
from localazure.settings import ServerSettings
from tests.contract.openapi import openapi

__all__ = ["openapi"]


class Azure:
    """A server, and clients made the way any user of the SDK makes them."""

    def __init__(self, server: Server, stack: ExitStack) -> None:
        self.server, self.endpoints = server, server.endpoints
        self.credential = stack.enter_context(DefaultAzureCredential())
        self.compute = stack.enter_context(ComputeManagementClient(**self.options))
        self.network = stack.enter_context(NetworkManagementClient(**self.options))
        self.resources = stack.enter_context(ResourceManagementClient(**self.options))

    @property
    def options(self) -> dict[str, Any]:
        """What every management client is given; no retries, so that a test sees the first answer."""
        base = self.endpoints.resource_manager
        return {
            "credential": self.credential,
            "subscription_id": self.endpoints.subscription,
            "base_url": base,
            "credential_scopes": [f"{base}/.default"],
            "connection_verify": self.endpoints.ca,
            "polling_interval": 0.05,
            "retry_total": 0,
        }

    def wire(self) -> httpx.Client:
        """Plain HTTP with a good token, to see what an SDK hides."""
        base = self.endpoints.resource_manager
        token = self.credential.get_token(f"{base}/.default").token
        return httpx.Client(base_url=base, verify=self.trust, headers={"Authorization": f"Bearer {token}"}, timeout=30)

    @property
    def trust(self) -> ssl.SSLContext:
        """Trusts this server's authority and no other."""
        return ssl.create_default_context(cafile=self.endpoints.ca)


def instant_settings(state: Path) -> ServerSettings:
    """Settings of a server on any free ports, with no waiting."""
    return ServerSettings(
        state=state,
        cache=state / "cache",
        port=0,
        metadata_port=0,
        blob_port=0,
        hypervisor="instant",
        pace=0,
        guest_port_offset=10000,
    )


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(instant_settings(tmp_path_factory.mktemp("localazure"))) as server:
        yield server


@pytest.fixture(scope="session")
def azure(server: Server) -> Iterator[Azure]:
    """The session's server. Tests share it, so each makes a resource group of its own (fixture ``group``)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", server.endpoints.metadata)
        with ExitStack() as stack:
            yield Azure(server, stack)


@pytest.fixture
def group(azure: Azure, request: pytest.FixtureRequest) -> Iterator[str]:
    """A resource group of the test's own, removed with all that is in it."""
    name = f"test-{abs(hash(request.node.nodeid)) % 10**10}"
    azure.resources.resource_groups.create_or_update(name, {"location": "westeurope"})
    yield name
    azure.resources.resource_groups.begin_delete(name).wait()


@pytest.fixture
def faults(server: Server, group: str) -> Iterator[FaultClient]:
    """The session's server misbehaves at a test's wish, until the test ends and its group is to be removed."""
    with FaultClient(server.settings.state) as client:
        yield client
        client.clear()
