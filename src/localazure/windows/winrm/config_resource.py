"""The resource ``winrm/config``: the service's settings, in the order Windows lists them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from localazure.windows.winrm.namespaces import CONFIG
from localazure.windows.winrm.settings import ServiceSettings

_Tree: TypeAlias = "Mapping[str, str | int | bool | _Tree]"

_PORTS: _Tree = {"HTTP": 5985, "HTTPS": 5986}
_CLIENT: _Tree = {
    "NetworkDelayms": 5000,
    "URLPrefix": "wsman",
    "AllowUnencrypted": False,
    "Auth": {
        "Basic": True, "Digest": True, "Kerberos": True, "Negotiate": True, "Certificate": True, "CredSSP": False,
    },
    "DefaultPorts": _PORTS,
    "TrustedHosts": "",
}  # fmt: skip


def config(settings: ServiceSettings) -> str:
    """The body of the answer to Get. Client settings are Windows' defaults: the model makes no calls of its own."""
    tree: _Tree = {
        "MaxEnvelopeSizekb": settings.max_envelope_kb,
        "MaxTimeoutms": settings.max_timeout_ms,
        "MaxBatchItems": 32_000,
        "MaxProviderRequests": 4_294_967_295,
        "Client": _CLIENT,
        "Service": _service(settings),
        "Winrs": {
            "AllowRemoteShellAccess": True,
            "IdleTimeout": settings.idle_timeout_ms,
            "MaxConcurrentUsers": 2_147_483_647,
            "MaxShellRunTime": settings.max_shell_run_time_ms,
            "MaxProcessesPerShell": settings.max_processes_per_shell,
            "MaxMemoryPerShellMB": settings.max_memory_per_shell_mb,
            "MaxShellsPerUser": settings.max_shells_per_user,
        },
    }
    return f'<cfg:Config xmlns:cfg="{CONFIG}">{_written(tree)}</cfg:Config>'


def _service(settings: ServiceSettings) -> _Tree:
    auth = settings.auth
    return {
        "RootSDDL": "O:NSG:BAD:P(A;;GA;;;BA)(A;;GR;;;IU)S:P(AU;FA;GA;;;WD)(AU;SA;GXGW;;;WD)",
        "MaxConcurrentOperations": 4_294_967_295,
        "MaxConcurrentOperationsPerUser": settings.max_operations_per_user,
        "EnumerationTimeoutms": 240_000,
        "MaxConnections": settings.max_connections,
        "MaxPacketRetrievalTimeSeconds": settings.packet_retrieval_seconds,
        "AllowUnencrypted": settings.allow_unencrypted,
        "Auth": {
            "Basic": auth.basic,
            "Kerberos": auth.kerberos,
            "Negotiate": auth.negotiate,
            "Certificate": auth.certificate,
            "CredSSP": False,
            "CbtHardeningLevel": auth.binding_check.value,
        },
        "DefaultPorts": _PORTS,
        "IPv4Filter": "*",
        "IPv6Filter": "*",
        "EnableCompatibilityHttpListener": False,
        "EnableCompatibilityHttpsListener": False,
        "CertificateThumbprint": "",
        "AllowRemoteAccess": True,
    }


def _written(tree: _Tree) -> str:
    return "".join(f"<cfg:{name}>{_value(value)}</cfg:{name}>" for name, value in tree.items())


def _value(value: str | int | bool | _Tree) -> str:
    if isinstance(value, Mapping):
        return _written(value)
    return str(value).lower() if isinstance(value, bool) else str(value)
