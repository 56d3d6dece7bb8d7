"""The search for secrets finds them: a test that looks for what cannot be seen proves nothing."""

from __future__ import annotations

import base64
import sqlite3
from pathlib import Path

import pytest

from mintage.credentials import BuildKeys
from tests.support.kept_secrets import kept_secrets, secrets_of

MASTER, BUILD = bytes(range(32)), "0123456789ab"
KEYS = BuildKeys(MASTER, BUILD)
SECRETS = secrets_of(MASTER, BUILD, "client-secret-of-mine")
TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwczovL20ifQ.c2lnbmF0dXJlLW9mLWl0"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (MASTER, "the master key"),
        (base64.b64encode(MASTER), "the master key"),
        (MASTER.hex().encode(), "the master key"),
        (KEYS.user_key().private.encode(), "the user's key"),
        (repr(KEYS.host_key(f"build-{BUILD}").private).encode(), "the host key"),
        (KEYS.verification_key().private.encode(), "the verifier's key"),
        (KEYS.administrator_password().text.encode("utf-16-le"), "the administrator's password"),
        (base64.b64encode(KEYS.verification_password().text.encode()), "the verifier's password"),
        (b"secret=client-secret-of-mine", "the client's secret"),
        (f"Authorization: Bearer {TOKEN}".encode(), "an access token"),
        (b"GET https://x.blob.core.windows.net/c/log?sv=2021&sig=aB3%2Fd8fGh1jKl0mN%3D&se=1", "a signed address"),
        (b"-----BEGIN OPENSSH PRIVATE KEY-----", "a private key"),
    ],
)
def test_a_secret_in_a_file_is_found_whatever_its_form(tmp_path: Path, content: bytes, name: str) -> None:
    file = tmp_path / "deep" / "log.txt"
    file.parent.mkdir()
    file.write_bytes(b"before " + content + b" after")
    assert name in kept_secrets(SECRETS, tmp_path)[str(file)]


def test_a_secret_in_a_database_is_found_although_it_is_split_over_pages(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "prefect.db")
    database.execute("CREATE TABLE log (message TEXT)")
    for before in range(3900, 4100, 7):
        database.execute("INSERT INTO log VALUES (?)", ("x" * before + KEYS.administrator_password().text,))
    database.commit()
    database.close()
    assert kept_secrets(SECRETS, tmp_path) == {str(tmp_path / "prefect.db"): {"the administrator's password"}}


def test_what_is_public_is_no_secret(tmp_path: Path) -> None:
    (tmp_path / "result.json").write_text(f"{KEYS.user_key().public} {BUILD} /subscriptions/s?api-version=2024-07-01")
    assert kept_secrets(SECRETS, tmp_path) == {}
