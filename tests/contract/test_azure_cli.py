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
    login = ["--username", azure.endpoints.client_id, "--password", secret, "--tenant", azure.endpoints.tenant]
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
