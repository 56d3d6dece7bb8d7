"""What a guest wrote to its serial console, as boot diagnostics keep it."""

from __future__ import annotations

import ssl

import httpx

from mintage.azure.clients import Clients
from mintage.azure.errors import translating
from mintage.azure.ids import resource_id

_TIMEOUT = httpx.Timeout(30)
_SAS_MINUTES = 5
_RETRIES = 10
"""What azure-core does unless told otherwise."""


def read_serial_log(clients: Clients, group: str, name: str, *, retries: int = _RETRIES) -> str:
    """All of it so far; nothing until the guest wrote, or while Azure has not put it in place.

    The address Azure gives carries a signature, so it is used here and shown nowhere.
    """
    with translating(resource_id(clients.subscription_id, "Microsoft.Compute/virtualMachines", group, name)):
        found = clients.compute.virtual_machines.retrieve_boot_diagnostics_data(
            group, name, sas_uri_expiration_time_in_minutes=_SAS_MINUTES, retry_total=retries
        )
    address = found.get("serialConsoleLogBlobUri")
    return _download(clients, address) if address else ""


def _download(clients: Clients, address: str) -> str:
    ca_file = clients.settings.ca_file
    context = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    try:
        answer = httpx.get(address, verify=context, timeout=_TIMEOUT)
    except httpx.TransportError:
        return ""
    return answer.text if answer.is_success else ""
