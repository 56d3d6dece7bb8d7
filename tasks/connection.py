"""How a step reaches Azure and the guests: made inside the step, gone at its end, and in none of its results."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from mintage.azure.clients import Clients, connect
from mintage.credentials import BuildKeys
from mintage.master_key import load_master_key
from mintage.settings import Settings, load_settings


@dataclass(frozen=True)
class Connection:
    settings: Settings
    clients: Clients

    def keys(self, build_id: str) -> BuildKeys:
        """Return the build's keys, derived anew. Raises SettingsError when the master key cannot be used."""
        return BuildKeys(load_master_key(self.settings), build_id)


@contextmanager
def connected() -> Iterator[Connection]:
    """Raises SettingsError when the environment does not say how."""
    settings = load_settings()
    with connect(settings) as clients:
        yield Connection(settings, clients)
