"""A server that cannot start says what is in the way."""

from __future__ import annotations

import asyncio
import socket
import stat
from pathlib import Path

import pytest

from localazure.certificates import ensure_certificates
from localazure.faults.control import token_file
from localazure.files import read_or_make_secret
from localazure.server import Server, ServerError
from localazure.settings import ServerSettings


def _settings(state: Path, port: int = 0) -> ServerSettings:
    return ServerSettings(
        state=state, cache=state / "cache", port=port, metadata_port=0, blob_port=0, hypervisor="instant", pace=0
    )


def test_a_taken_port_is_named_with_the_option_that_changes_it(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ServerError, match=rf"127\.0\.0\.1:{port}.*--port"):
            Server(_settings(tmp_path, port))


def test_one_state_folder_has_one_server(tmp_path: Path) -> None:
    first = Server(_settings(tmp_path))
    try:
        with pytest.raises(ServerError, match="another localazure serves"):
            Server(_settings(tmp_path))
    finally:
        first.close()
    Server(_settings(tmp_path)).close()


def test_a_server_that_is_stopped_before_it_serves_ends(tmp_path: Path) -> None:
    server = Server(_settings(tmp_path))
    server.stop()
    asyncio.run(server.run())
    server.close()


def test_who_finds_a_server_finds_the_token_for_its_faults(tmp_path: Path) -> None:
    server = Server(_settings(tmp_path))
    assert (tmp_path / "server.json").exists()
    assert token_file(tmp_path).read_text()
    server.close()


def test_certificates_are_made_once_and_their_key_is_private(tmp_path: Path) -> None:
    first = ensure_certificates(tmp_path)
    content = first.certificate.read_bytes()
    assert ensure_certificates(tmp_path).certificate.read_bytes() == content
    assert stat.S_IMODE(first.key.stat().st_mode) == 0o600


def test_a_secret_file_is_private_and_made_once(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "secret"
    assert read_or_make_secret(path, lambda: "one") == "one"
    assert read_or_make_secret(path, lambda: "two") == "one"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["secret"]
