"""localazure as a command."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from localazure.cli import app
from localazure.store import Store

VERSION = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/a/images/b/versions/1.0.0"
ENDPOINTS = {
    "resource_manager": "https://localhost:8443",
    "metadata": "http://127.0.0.1:8444",
    "ca": "/state/tls/ca.pem",
    "subscription": "10ca1a2e",
    "tenant": "10ca1a2f",
    "client_id": "10ca1a30",
    "guest_port_offset": 10000,
}


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(each) for each in arguments], env={"COLUMNS": "120", "TERM": "dumb"})


def test_it_says_what_it_is_what_it_can_do_and_how_to_begin() -> None:
    text = run("--help").output
    assert "A local Azure" in text
    assert all(f" {command} " in text for command in ("serve", "base-image", "export", "env"))
    assert 'eval "$(localazure env)"' in text
    assert run("--version").output.startswith("localazure ")


def test_a_setting_that_cannot_be_is_named_by_its_option(tmp_path: Path) -> None:
    refused = run("serve", "--state", tmp_path, "--port", "70000")
    assert refused.exit_code == 1
    assert "--port: Input should be less than or equal to 65535" in refused.stderr


def test_its_variables_lead_a_shell_to_the_running_server(tmp_path: Path) -> None:
    (tmp_path / "server.json").write_text(json.dumps(ENDPOINTS))
    (tmp_path / "login").mkdir()
    (tmp_path / "login/client-secret").write_text("s3cret")
    script = f'{run("env", "--state", tmp_path).output}\necho "$MINTAGE_SSH_PORT $MINTAGE_WINRM_PORT $AZURE_TENANT_ID"'
    assert subprocess.check_output(["sh", "-c", script], text=True) == "10022 15986 10ca1a2f\n"


def test_without_a_server_there_are_no_variables_but_the_way_to_one(tmp_path: Path) -> None:
    refused = run("env", "--state", tmp_path)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert f"localazure serve --state {tmp_path}" in refused.stderr


@pytest.mark.parametrize(
    ("image", "made", "told"),
    [
        (VERSION, False, "is not the state of a localazure"),
        (VERSION, True, VERSION),
        ("1.0.0", True, "1.0.0"),
    ],
    ids=["no state", "no such version", "no id"],
)
def test_what_cannot_be_exported_is_said(tmp_path: Path, image: str, made: bool, told: str) -> None:
    if made:
        Store(tmp_path / "state.sqlite").close()
    refused = run("export", image, tmp_path / "out.vhd", "--state", tmp_path)
    assert refused.exit_code == 1
    assert told in refused.stderr
    assert not (tmp_path / "out.vhd").exists()
