"""The providers there are, by name."""

from __future__ import annotations

from localazure.windows.cmdlets.providers.base import Provider
from localazure.windows.cmdlets.providers.certificates import CertificateProvider
from localazure.windows.cmdlets.providers.file_system import FileSystemProvider
from localazure.windows.cmdlets.providers.registry import RegistryProvider
from localazure.windows.cmdlets.providers.session_state import (
    AliasProvider,
    EnvironmentProvider,
    FunctionProvider,
    VariableProvider,
)
from localazure.windows.cmdlets.providers.wsman import WsManProvider
from localazure.windows.powershell.engine_api import EngineApi
from localazure.windows.powershell.errors import error

_PROVIDERS: dict[str, type[Provider]] = {
    each.name.lower(): each
    for each in (
        FileSystemProvider,
        RegistryProvider,
        EnvironmentProvider,
        VariableProvider,
        FunctionProvider,
        AliasProvider,
        CertificateProvider,
        WsManProvider,
    )
}


def provider_named(engine: EngineApi, name: str) -> Provider:
    """Raises PsError (ProviderNotFound)."""
    found = _PROVIDERS.get(name.lower())
    if found is None:
        raise error(
            "System.Management.Automation.ProviderNotFoundException",
            f"Cannot find a provider with the name '{name}'.",
            "ProviderNotFound",
            "ObjectNotFound",
            name,
        )
    return found(engine)


def provider_names() -> list[str]:
    return [each.name for each in _PROVIDERS.values()]
