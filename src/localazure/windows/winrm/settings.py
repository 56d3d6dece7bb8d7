"""What `winrm get winrm/config` shows: limits, and who may come in how."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class BindingCheck(Enum):
    r"""Service\Auth\CbtHardeningLevel: what is made of the channel binding token of a client on HTTPS."""

    NONE = "None"
    RELAXED = "Relaxed"
    STRICT = "Strict"


@dataclass(frozen=True)
class AuthSettings:
    r"""``WSMan:\localhost\Service\Auth``, as a new Windows Server 2022 has it."""

    basic: bool = False
    kerberos: bool = True
    negotiate: bool = True
    certificate: bool = False
    binding_check: BindingCheck = BindingCheck.RELAXED


@dataclass(frozen=True)
class ServiceSettings:
    """Replace the server's whole object to change one: requests under way keep what they began with."""

    auth: AuthSettings = field(default_factory=AuthSettings)
    allow_unencrypted: bool = False
    max_envelope_kb: int = 500
    max_timeout_ms: int = 60_000
    max_connections: int = 300
    max_operations_per_user: int = 1500
    packet_retrieval_seconds: int = 120
    idle_timeout_ms: int = 7_200_000
    max_shell_run_time_ms: int = 2_147_483_647
    max_processes_per_shell: int = 25
    max_memory_per_shell_mb: int = 1024
    max_shells_per_user: int = 30
    os_version: str = "10.0.20348"

    @property
    def max_envelope(self) -> int:
        """In bytes."""
        return self.max_envelope_kb * 1024

    @property
    def max_timeout(self) -> float:
        """In seconds."""
        return self.max_timeout_ms / 1000
