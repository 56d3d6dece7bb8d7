"""What can be set about a server: by option on the command line, or by ``LOCALAZURE_…`` in the environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

DEFAULT_SUBSCRIPTION = "10ca1a2e-0000-4000-8000-000000000001"
DEFAULT_TENANT = "10ca1a2e-0000-4000-8000-000000000002"
DEFAULT_CLIENT = "10ca1a2e-0000-4000-8000-000000000003"
OTHER_SUBSCRIPTION = "10ca1a2e-0000-4000-8000-000000000004"


def _home(variable: str) -> Path:
    return Path.home() / variable / "localazure"


class ServerSettings(BaseSettings):
    """Settings of one server."""

    model_config = SettingsConfigDict(env_prefix="LOCALAZURE_", frozen=True, extra="forbid")

    state: Path = Field(default_factory=lambda: _home(".local/state"), description="Everything the server remembers")
    cache: Path = Field(default_factory=lambda: _home(".cache"), description="Base images, shared by all servers")
    port: int = Field(8443, ge=0, le=65535, description="Resource Manager and login, over TLS; 0 takes a free port")
    metadata_port: int = Field(8444, ge=0, le=65535, description="Identity endpoint of the metadata service; 0: free")
    blob_port: int = Field(8445, ge=0, le=65535, description="Blob service, over TLS; 0 takes a free port")
    hypervisor: Literal["qemu", "instant"] = Field("qemu", description="qemu: real machines; instant: a model")
    pace: float = Field(0.02, ge=0, le=10, description="Azure's waiting times this much: 1 as on Azure, 0 none")
    budgets: float = Field(
        0, ge=0, le=1000, description="Azure's budgets of calls, refilled so many times as fast; 0: none"
    )
    guest_port_offset: int = Field(0, ge=0, le=60000, description="Added to a guest's ports where they answer here")
    guest_vcpus: int = Field(
        default_factory=lambda: os.cpu_count() or 1, ge=1, description="Most processors a guest gets, whatever its size"
    )
    guest_memory_mib: int = Field(4096, ge=512, description="Most memory a guest gets, whatever its size")
    provisioning_timeout: float = Field(600, gt=0, description="Seconds a guest has to report that it is ready")
    subscription: str = DEFAULT_SUBSCRIPTION
    other_subscriptions: tuple[str, ...] = Field(
        (OTHER_SUBSCRIPTION,), description="Of the same tenant, open to the same identity"
    )
    tenant: str = DEFAULT_TENANT
    client: str = DEFAULT_CLIENT
