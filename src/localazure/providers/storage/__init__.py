"""Microsoft.Storage: storage accounts. Their blobs are served by ``localazure.blobs``."""

from __future__ import annotations

from localazure.cloud import Provider
from localazure.providers.storage.accounts import NAME_ROUTE, StorageAccount

STORAGE_PROVIDER = Provider(namespace="Microsoft.Storage", types=(StorageAccount,), routes=(NAME_ROUTE,))
