"""What the WinRM service is set to, in the terms of the server that stands for it."""

from __future__ import annotations

from localazure.windows.machine.wsman import Listener, WsMan
from localazure.windows.winrm.settings import AuthSettings, BindingCheck, ServiceSettings


def listener_on(wsman: WsMan, port: int) -> Listener | None:
    """The one that is enabled on a port."""
    return next((each for each in wsman.listeners() if each.enabled and each.port == port), None)


def service_settings(wsman: WsMan) -> ServiceSettings:
    return ServiceSettings(
        auth=_auth_settings(wsman),
        allow_unencrypted=bool(wsman.get(r"Service\AllowUnencrypted")),
        max_envelope_kb=_number(wsman, "MaxEnvelopeSizekb"),
        max_timeout_ms=_number(wsman, "MaxTimeoutms"),
        max_connections=_number(wsman, r"Service\MaxConnections"),
        max_operations_per_user=_number(wsman, r"Service\MaxConcurrentOperationsPerUser"),
        packet_retrieval_seconds=_number(wsman, r"Service\MaxPacketRetrievalTimeSeconds"),
        idle_timeout_ms=_number(wsman, r"Shell\IdleTimeout"),
        max_shell_run_time_ms=_number(wsman, r"Shell\MaxShellRunTime"),
        max_processes_per_shell=_number(wsman, r"Shell\MaxProcessesPerShell"),
        max_memory_per_shell_mb=_number(wsman, r"Shell\MaxMemoryPerShellMB"),
        max_shells_per_user=_number(wsman, r"Shell\MaxShellsPerUser"),
    )


def _auth_settings(wsman: WsMan) -> AuthSettings:
    checks = {check.value.lower(): check for check in BindingCheck}
    check = str(wsman.get(r"Service\Auth\CbtHardeningLevel")).lower()
    return AuthSettings(
        basic=bool(wsman.get(r"Service\Auth\Basic")),
        kerberos=bool(wsman.get(r"Service\Auth\Kerberos")),
        negotiate=bool(wsman.get(r"Service\Auth\Negotiate")),
        certificate=bool(wsman.get(r"Service\Auth\Certificate")),
        binding_check=checks.get(check, BindingCheck.RELAXED),
    )


def _number(wsman: WsMan, path: str) -> int:
    return int(wsman.get(path))
