"""Looks for secrets in all that a stack wrote, but for what its cloud keeps."""

from __future__ import annotations

import base64
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from mintage.credentials import BuildKeys
from mintage.names import BUILD_USER, VERIFICATION_USER, BuildNames

_KINDS = {
    "an access token": rb"eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{16,}",
    "a signed address": rb"[?&]sig=[\w%+/=-]{16,}",
    "a private key": rb"-----BEGIN [A-Z ]*PRIVATE KEY",
    "a password in a request": rb"adminPassword",
}
"""What is secret whatever its value."""


@dataclass(frozen=True)
class Secrets:
    """What a build used, by what it is; each in the ways it may have been written down."""

    forms: dict[str, tuple[bytes, ...]]

    def found_in(self, content: bytes) -> set[str]:
        known = {name for name, forms in self.forms.items() if any(form in content for form in forms)}
        return known | {name for name, pattern in _KINDS.items() if re.search(pattern, content)}


def secrets_of(master: bytes, build_id: str, client_secret: str = "") -> Secrets:
    """All that a build derives from the master key, the key itself, and what its identity logs in with."""
    keys, names = BuildKeys(master, build_id), BuildNames(build_id)
    pairs = {
        "the user's key": keys.user_key(),
        "the verifier's key": keys.verification_key(),
        "the host key": keys.host_key(names.vm),
    }
    passwords = {
        "the administrator's password": keys.administrator_password().text,
        "the verifier's password": keys.verification_password().text,
    }
    forms = {name: _of_bytes(master) for name in ["the master key"]}
    private = {name: pair.private for name, pair in pairs.items()}
    for user in (BUILD_USER, VERIFICATION_USER):
        # The key is the same whenever the certificate is from.
        private[f"the key of {user}'s certificate"] = keys.client_certificate(user, datetime.now(UTC)).key
    forms |= {name: tuple(map(str.encode, key.splitlines()[1:-1])) for name, key in private.items()}
    forms |= {name: _of_text(text) for name, text in passwords.items()}
    return Secrets(forms | ({"the client's secret": _of_text(client_secret)} if client_secret else {}))


def kept_secrets(secrets: Secrets, *folders: Path) -> dict[str, set[str]]:
    """The files under the folders that hold any, and which. A database is read table by table, too.

    SQLite splits a long value over its pages, where a search in the file would miss it.
    """
    found = {str(file): secrets.found_in(b"\0".join(_contents(file))) for file in _files(*folders)}
    return {file: names for file, names in found.items() if names}


def _of_bytes(secret: bytes) -> tuple[bytes, ...]:
    return secret, base64.b64encode(secret), base64.urlsafe_b64encode(secret), secret.hex().encode()


def _of_text(secret: str) -> tuple[bytes, ...]:
    """As it is, as Windows writes it, and both in base64."""
    plain, wide = secret.encode(), secret.encode("utf-16-le")
    return plain, wide, base64.b64encode(plain), base64.b64encode(wide)


def _files(*folders: Path) -> Iterator[Path]:
    return (file for folder in folders for file in folder.rglob("*") if file.is_file())


def _contents(file: Path) -> Iterator[bytes]:
    content = file.read_bytes()
    yield content
    if content.startswith(b"SQLite format 3"):
        database = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
        try:
            yield from (line.encode() for line in database.iterdump())
        finally:
            database.close()
