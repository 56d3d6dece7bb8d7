"""The real Azure CLI logs in to localazure, and lists and shows what is there."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from localazure.cli import environment
from tests.contract.conftest import Azure
from tests.support.compute import Compute
from tests.support.shelf import Shelf

AZ = Path(__file__).parents[2] / ".venv-azure-cli" / "bin" / "az"

Az = Callable[..., Any]


@pytest.fixture(scope="module")
def az(azure: Azure, tmp_path_factory: pytest.TempPathFactory) -> Az:
    """Runs the CLI, logged in by the variables that ``localazure env`` prints, and returns its JSON."""
    assert AZ.exists(), "the Azure CLI is not installed: make test-contract installs it"
    secret = azure.server.tokens.principal.client_secret
    variables = environment(vars(azure.endpoints), secret)
    folder = tmp_path_factory.mktemp("az")
    env = os.environ | variables | {"AZURE_CONFIG_DIR": str(folder), "AZURE_CORE_COLLECT_TELEMETRY": "false"}

    def run(*arguments: str) -> Any:
        done = subprocess.run(
            [str(AZ), *arguments, "--output", "json"], env=env, capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout else None

    run("cloud", "register", "--name", "localazure", "--endpoint-resource-manager", azure.endpoints.resource_manager)
    run("cloud", "set", "--name", "localazure")
    # A secret may begin with a dash.
    login = ["--username", azure.endpoints.client_id, f"--password={secret}", "--tenant", azure.endpoints.tenant]
    run("login", "--service-principal", *login)
    return run


def test_the_azure_cli_logs_in_and_sees_the_subscription(az: Az, azure: Azure) -> None:
    assert az("account", "show")["id"] == azure.endpoints.subscription


def test_the_azure_cli_makes_shows_and_removes_a_group(az: Az) -> None:
    az("group", "create", "--name", "by-cli", "--location", "westeurope", "--tags", "a=b")
    assert az("group", "show", "--name", "by-cli")["tags"] == {"a": "b"}
    assert "by-cli" in [group["name"] for group in az("group", "list")]
    az("group", "delete", "--name", "by-cli", "--yes")
    assert az("group", "exists", "--name", "by-cli") is False


def test_the_azure_cli_sees_what_an_image_is_made_of_and_the_image(az: Az, azure: Azure, group: str) -> None:
    Compute(azure, group).vm("web")
    shelf = Shelf(azure, group)
    shelf.version("1.0.0")
    here = ("--resource-group", group)
    machine = az("vm", "show", "--name", "web", "--show-details", *here)
    assert (machine["powerState"], machine["publicIps"]) == ("VM running", "")
    assert [each["name"] for each in az("vm", "list", *here)] == ["web"]
    assert len(az("disk", "list", *here)) == 2
    assert len(az("network", "nic", "list", *here)) == 1
    assert len(az("network", "vnet", "list", *here)) == 1
    gallery = ("--gallery-name", shelf.gallery, "--gallery-image-definition", "web", *here)
    assert [each["name"] for each in az("sig", "image-version", "list", *gallery)] == ["1.0.0"]
    shown = az("sig", "image-version", "show", "--gallery-image-version", "1.0.0", *gallery)
    assert shown["provisioningState"] == "Succeeded"


def test_the_azure_cli_finds_images_and_sizes(az: Az) -> None:
    urn = az("vm", "image", "list", "--all", "--publisher", "Debian", "--location", "westeurope")[0]["urn"]
    assert az("vm", "image", "show", "--urn", urn)["hyperVGeneration"] == "V2"
    skus = az("vm", "list-skus", "--location", "westeurope", "--size", "Standard_B2s")
    assert [each["name"] for each in skus] == ["Standard_B2s"]


def test_the_azure_cli_stops_and_removes_a_machine(az: Az, azure: Azure, group: str) -> None:
    Compute(azure, group).vm("web")
    here = ("--name", "web", "--resource-group", group)
    az("vm", "deallocate", *here)
    assert az("vm", "show", "--show-details", *here)["powerState"] == "VM deallocated"
    az("vm", "delete", "--yes", *here)
    assert az("vm", "list", "--resource-group", group) == []
