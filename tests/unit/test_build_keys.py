"""A build's keys are the same in every process that has the master key, and are seen by nobody else."""

from __future__ import annotations

import base64
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_ssh_private_key, pkcs7
from cryptography.x509.oid import NameOID

from mintage.client_certificate import sealed_for
from mintage.credentials import BuildKeys, KeyPair

MASTER = bytes(range(32))
PINNED = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDoUsJ5cKBUYgaI3m09S72yM2VI2RD/egZyj/VA2lAlN"
PINNED_CERTIFICATE = "7f107540a4e57dc768c8eda6e7e17a19b06173ee2776c974ef6e355e86828f64"
PINNED_HOST = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILquIMIBybQxzBOYiw9XQoPr4frm7n85cDjr0QVfPdy2"


def test_the_same_build_has_the_same_keys_to_the_byte_in_every_process() -> None:
    first, second = BuildKeys(MASTER, "b1"), BuildKeys(MASTER, "b1")
    assert first.user_key() == second.user_key()
    assert first.host_key("vm") == second.host_key("vm")


def test_these_keys_stay_what_they_are_over_releases() -> None:
    # A build under way while Mintage is updated must still reach its VM.
    assert BuildKeys(MASTER, "b1").user_key().public == PINNED
    assert BuildKeys(MASTER, "b1").host_key("vm").public == PINNED_HOST


def test_every_build_machine_and_purpose_has_its_own_key() -> None:
    keys = [
        BuildKeys(MASTER, "b1").user_key(),
        BuildKeys(MASTER, "b2").user_key(),
        BuildKeys(bytes(32), "b1").user_key(),
        BuildKeys(MASTER, "b1").host_key("a"),
        BuildKeys(MASTER, "b1").host_key("b"),
        BuildKeys(MASTER, "b").host_key("1a"),
        BuildKeys(MASTER, "b1").host_key("user"),
        BuildKeys(MASTER, 'b1", "host').user_key(),
    ]
    assert len({key.public for key in keys}) == len({key.private for key in keys}) == len(keys)


@pytest.mark.parametrize("build", [f"build-{number}" for number in range(3)])
def test_openssh_and_cryptography_read_the_key(build: str, tmp_path: Path) -> None:
    pair = BuildKeys(MASTER, build).user_key()
    read = load_ssh_private_key(pair.private.encode(), None)
    assert isinstance(read, Ed25519PrivateKey)
    file = tmp_path / "key"
    file.write_text(pair.private)
    file.chmod(0o600)
    line = subprocess.run(["ssh-keygen", "-y", "-f", file], check=True, capture_output=True, text=True).stdout
    assert line.strip() == pair.public


def test_no_secret_is_seen_when_keys_are_printed() -> None:
    keys = BuildKeys(MASTER, "b1")
    pair = keys.user_key()
    secret = "".join(pair.private.splitlines()[1:-1])[:200]
    assert repr(keys) == "BuildKeys('b1')"
    assert repr(pair) == str(pair) == f"KeyPair(public={pair.public!r})"
    assert secret[:40] not in f"{keys} {pair}"
    assert isinstance(pair, KeyPair)


def test_a_client_certificate_is_the_same_in_every_process_and_another_for_each_user() -> None:
    since = datetime(2026, 11, 26, 12, tzinfo=UTC)
    first = BuildKeys(MASTER, "b1").client_certificate("mintage", since)
    assert BuildKeys(MASTER, "b1").client_certificate("mintage", since) == first
    assert BuildKeys(MASTER, "b1").client_certificate("verifier", since) != first
    assert BuildKeys(MASTER, "b2").client_certificate("mintage", since) != first
    certificate = x509.load_pem_x509_certificate(first.certificate.encode())
    certificate.verify_directly_issued_by(certificate)
    assert certificate.fingerprint(SHA256()).hex() == PINNED_CERTIFICATE
    assert "PRIVATE" not in repr(first)


def test_what_is_sealed_for_a_certificate_its_owner_reads() -> None:
    key = generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "vm")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 7, now, now + timedelta(days=1))
    owner = builder.sign(key, SHA256())
    sealed = sealed_for(owner.public_bytes(Encoding.PEM).decode(), "Correct-Horse-1")
    _, *body, _ = sealed.splitlines()
    assert pkcs7.pkcs7_decrypt_der(base64.b64decode("".join(body)), owner, key, []) == b"Correct-Horse-1"
