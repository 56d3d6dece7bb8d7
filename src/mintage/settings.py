"""What the environment says: which subscription, where it answers, who may reach a build VM. No credentials.

Credentials for Azure are azure-identity's: whatever ``DefaultAzureCredential`` finds.
"""

from __future__ import annotations

import ssl
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, cast
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from mintage.errors import SettingsError
from mintage.plain_words import plain
from mintage.prices import Prices
from mintage.recipe.words import Wording

PREFIX = "MINTAGE_"


def _https(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.path.strip("/") or parts.query:
        message = "must be an address such as https://management.azure.com; tokens are never sent over http"
        raise ValueError(message)
    return url.rstrip("/")


def _certificates(path: Path) -> Path:
    try:
        ssl.create_default_context(cafile=str(path))
    except FileNotFoundError:
        message = "names a file that does not exist"
        raise ValueError(message) from None
    except (ssl.SSLError, OSError):
        message = "names a file that holds no PEM certificates, or cannot be read"
        raise ValueError(message) from None
    return path


def _prices(path: Path) -> Path:
    Prices.read(path)
    return path


def _network(text: str) -> str:
    try:
        network = ip_network(text)
    except ValueError as error:
        message = f"must be an address or a network, such as 203.0.113.7 or 203.0.113.0/24 ({error})"
        raise ValueError(message) from None
    if network.prefixlen == 0:
        message = "would open the build VM to everyone: give the builder's own address"
        raise ValueError(message)
    return str(network)


HomePath = Annotated[Path, AfterValidator(Path.expanduser)]
"""A leading ~ is the home directory."""


class Settings(BaseSettings):
    """Each field is the environment variable of that name in capitals after ``MINTAGE_``; an empty one is unset."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid")

    subscription_id: Annotated[
        str, Wording(r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", "is not a subscription's id")
    ]
    resource_manager: Annotated[str, AfterValidator(_https)] = "https://management.azure.com"
    """Where Azure Resource Manager answers: another cloud's, or localazure's."""
    ca_file: Annotated[Path, AfterValidator(_certificates)] | None = None
    """PEM certificates to trust for the resource manager instead of the usual ones."""
    builder_address: Annotated[str, AfterValidator(_network)] | None = None
    """Who may reach the build VM, as a network; read it through ``allowed_builder``."""
    ssh_port: int = Field(22, ge=1, le=65535)
    """Where a build VM's SSH is reached. Other than 22 only where a host does not let localazure have port 22."""
    winrm_port: int = Field(5986, ge=1, le=65535)
    """Where a Windows VM's WinRM over HTTPS is reached; as ``ssh_port``."""
    poll_seconds: float = Field(10, gt=0, le=600)
    """Between two looks at an operation for which Azure names no time of its own."""
    key_file: HomePath = Path("~/.config/mintage/key")
    """The master key's file, made on first use; see ``credentials``."""
    key: SecretStr | None = None
    """The master key itself, base64, instead of the file."""
    budget_share: float = Field(1, ge=0, le=1)
    """Of Azure's budgets of calls, the part that the builds of this machine may use; 0: they are not kept to any."""
    state_folder: HomePath = Path("~/.local/state/mintage")
    """What the builds of this machine share: the budgets of calls, and turns at the next number of a version."""
    report_folder: HomePath = Path("~/.local/share/mintage/reports")
    price_file: Annotated[HomePath, AfterValidator(_prices)] | None = None
    """A JSON file whose prices take the place of those in ``prices.json``, for the sweeper's estimates."""

    @property
    def allowed_builder(self) -> str:
        """Return the network the build VM is opened to, such as 203.0.113.7/32. Raises SettingsError when unset."""
        if self.builder_address is None:
            raise SettingsError(
                "Nobody could reach the build VM",
                where="MINTAGE_BUILDER_ADDRESS",
                seen="unset, and the recipe asks for a public address",
                remedy="set it to the address or network this machine has to the outside, such as 203.0.113.7, "
                "or set build.network.address to private in the recipe",
            )
        return self.builder_address


def load_settings(**given: object) -> Settings:
    """Read the environment; what is ``given`` by field name goes before it. Raises SettingsError naming variables."""
    try:
        return Settings(**cast("Any", given))
    except ValidationError as invalid:
        raise _refusal(invalid) from None


def _refusal(invalid: ValidationError) -> SettingsError:
    lines = [f"{PREFIX}{str(error['loc'][0]).upper()} {plain(error)}" for error in invalid.errors()]
    return SettingsError(
        "The settings cannot be used", seen="\n".join(lines), remedy="set the variable and start again"
    )
