"""Blobs and containers that the worker's own identity reaches."""

from __future__ import annotations

from azure.storage.blob import ContainerClient

from mintage.azure.clients import Clients
from mintage.upload import PageBlob


def blob_at(clients: Clients, url: str) -> PageBlob:
    return PageBlob(url, url, credential=clients.credential, ca_file=clients.ca_file, tell=clients.tell)


def container_at(clients: Clients, url: str) -> ContainerClient:
    return ContainerClient.from_container_url(
        url, credential=clients.credential, connection_verify=clients.ca_file or True
    )
