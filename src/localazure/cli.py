"""The command line: serve, and what one needs beside it."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import sys
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from pydantic import ValidationError

from localazure.base_images import BaseImageError, ensure_base_image
from localazure.export import ExportError, export_image_version
from localazure.faults.commands import faults
from localazure.hypervisor.base import HypervisorError
from localazure.server import Server, ServerError
from localazure.settings import ServerSettings

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="A local Azure: the Resource Manager API over TLS on this machine, with real virtual machines behind it.",
    epilog='To begin: `localazure serve` in one terminal; in another `eval "$(localazure env)"`, then what you use '
    "with Azure: the SDK, the Azure CLI, Mintage. Each option is also a variable: LOCALAZURE_PORT, LOCALAZURE_STATE, …",
)
app.add_typer(faults, name="faults")
State = Annotated[
    Path | None, typer.Option(help="Folder of everything the server remembers. (default: ~/.local/state/localazure)")
]
Cache = Annotated[
    Path | None, typer.Option(help="Folder of base images, shared by all servers. (default: ~/.cache/localazure)")
]


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"localazure {installed_version('mintage')}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Typer takes what is said of the whole from ``app``."""


@app.command()
def serve(  # noqa: PLR0913, PLR0917 - one for each option
    state: State = None,
    cache: Cache = None,
    port: Annotated[
        int | None, typer.Option(help="Resource Manager and login, over TLS; 0: any free one. (default: 8443)")
    ] = None,
    metadata_port: Annotated[
        int | None, typer.Option(help="Identity endpoint, for DefaultAzureCredential; 0: any free one. (default: 8444)")
    ] = None,
    blob_port: Annotated[
        int | None, typer.Option(help="Blob service, over TLS; 0: any free one. (default: 8445)")
    ] = None,
    hypervisor: Annotated[
        str | None, typer.Option(help="qemu: real machines; instant: a model. (default: qemu)")
    ] = None,
    pace: Annotated[
        float | None, typer.Option(help="Azure's waiting times this much; 1: as on Azure, 0: none. (default: 0.02)")
    ] = None,
    budgets: Annotated[
        float | None,
        typer.Option(
            help="Refuse calls beyond Azure's budgets; 1: as on Azure, 10: refilled ten times as fast. (default: 0)"
        ),
    ] = None,
    guest_port_offset: Annotated[
        int | None, typer.Option(help="Added to guests' ports, for when 22 is taken or not allowed. (default: 0)")
    ] = None,
) -> None:
    """Serve until Ctrl-C. State survives; what was under way goes on at the next start."""
    settings = _settings(locals())
    _log_to_stderr()
    try:
        server = Server(settings)
    except (ServerError, HypervisorError, BaseImageError) as error:
        _fail(str(error))
    try:
        asyncio.run(_serve(server))
    finally:
        server.close()


@app.command()
def base_image(cache: Cache = None) -> None:
    """Make the Debian 12 image that `serve` offers, unless the cache has it, and print where it is."""
    settings = _settings(locals())
    try:
        image = ensure_base_image(settings.cache / "base_images", progress=lambda line: typer.echo(line, err=True))
    except BaseImageError as error:
        _fail(str(error))
    typer.echo(image.path)


@app.command()
def export(
    image_version_id: Annotated[str, typer.Argument(help="Resource id of a gallery image version.")],
    out: Annotated[Path, typer.Argument(help="The file to write.")],
    state: State = None,
) -> None:
    """Write a gallery image version as Azure takes a VHD (fixed size, footer). The server may run or not."""
    try:
        export_image_version(_settings({"state": state}), image_version_id, out)
    except ExportError as error:
        _fail(str(error))
    typer.echo(out)


@app.command()
def env(state: State = None) -> None:
    """Print the variables that lead azure-identity, the Azure CLI and Mintage here: eval "$(localazure env)"."""
    settings = _settings(locals())
    running = settings.state / "server.json"
    if not running.exists():
        _fail(f"no server runs on {settings.state}. Start one: localazure serve --state {settings.state}")
    secret = (settings.state / "login" / "client-secret").read_text()
    for name, value in environment(json.loads(running.read_text()), secret).items():
        typer.echo(f"export {name}={value}")


def environment(endpoints: dict[str, Any], client_secret: str) -> dict[str, str]:
    """Variables for azure-identity, the Azure CLI and Mintage."""
    return {
        "AZURE_POD_IDENTITY_AUTHORITY_HOST": endpoints["metadata"],
        "AZURE_TENANT_ID": endpoints["tenant"],
        # Without it the Azure CLI asks login.microsoftonline.com whether this authority is genuine.
        "AZURE_CORE_INSTANCE_DISCOVERY": "false",
        "LOCALAZURE_RESOURCE_MANAGER": endpoints["resource_manager"],
        "LOCALAZURE_CLIENT_ID": endpoints["client_id"],
        "LOCALAZURE_CLIENT_SECRET": client_secret,
        "REQUESTS_CA_BUNDLE": endpoints["ca"],
        "MINTAGE_SUBSCRIPTION_ID": endpoints["subscription"],
        "MINTAGE_RESOURCE_MANAGER": endpoints["resource_manager"],
        "MINTAGE_CA_FILE": endpoints["ca"],
        "MINTAGE_SSH_PORT": str(22 + endpoints["guest_port_offset"]),
        "MINTAGE_WINRM_PORT": str(5986 + endpoints["guest_port_offset"]),
        "MINTAGE_BUILDER_ADDRESS": "127.0.0.1/32",
        # Azure's budgets of calls are for Azure's pace; this server answers as often as it is asked.
        "MINTAGE_BUDGET_SHARE": "0",
    }


async def _serve(server: Any) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, server.stop)
    await server.run()


def _settings(options: dict[str, Any]) -> ServerSettings:
    given = {
        name: value for name, value in options.items() if value is not None and name in ServerSettings.model_fields
    }
    try:
        return ServerSettings(**given)
    except ValidationError as error:
        lines = [f"--{'.'.join(map(str, each['loc'])).replace('_', '-')}: {each['msg']}" for each in error.errors()]
        _fail("\n".join(lines))


def _log_to_stderr() -> None:
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")


def _fail(message: str) -> NoReturn:
    typer.echo(f"localazure: {message}", err=True)
    raise typer.Exit(1)
