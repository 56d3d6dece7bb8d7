"""A certificate by which the builder logs in to Windows, and text that only one certificate's owner can read."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs7
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SEED_LENGTH = 48
"""Bytes; more than the key's 32, so that all keys are as likely (FIPS 186-5, A.2.1)."""
_UPN = x509.ObjectIdentifier("1.3.6.1.4.1.311.20.2.3")
_UTF8_STRING = 0x0C
_LIFE = timedelta(days=30)
"""As the listener's certificate (open_winrm.ps1)."""
_CLOCKS = timedelta(days=1)
"""How much a guest's clock may go before the builder's, or behind it."""


@dataclass(frozen=True)
class ClientCertificate:
    """A certificate mapped to an account in the guest, and its key without passphrase; both PEM."""

    certificate: str
    key: str = field(repr=False)


def client_certificate(seed: bytes, user: str, since: datetime) -> ClientCertificate:
    """The same from the same: who goes on with a build has the certificate that the guest knows.

    Windows finds the account by the name ``user@localhost`` of type UPN, and knows the certificate as Mintage's by its
    subject. It signs itself and, being no authority, nothing else: in a guest it is its own trusted root.
    """
    order = ec.SECP256R1.group_order
    key = ec.derive_private_key(1 + int.from_bytes(seed) % (order - 1), ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Mintage builder {user}")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1 + int.from_bytes(seed[:15]))
        .not_valid_before(since - _CLOCKS)
        .not_valid_after(since + _LIFE)
        .add_extension(x509.SubjectAlternativeName([x509.OtherName(_UPN, _utf8_string(upn(user)))]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256(), ecdsa_deterministic=True)
    )
    return ClientCertificate(
        certificate=made.public_bytes(Encoding.PEM).decode(),
        key=key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
    )


def upn(user: str) -> str:
    return f"{user}@localhost"


def sealed_for(certificate: str, text: str) -> str:
    """The text, readable for the owner of a certificate (PEM, RSA) alone, as Unprotect-CmsMessage takes it."""
    recipient = x509.load_pem_x509_certificate(certificate.encode())
    envelope = pkcs7.PKCS7EnvelopeBuilder().set_data(text.encode()).add_recipient(recipient)
    sealed = envelope.encrypt(Encoding.DER, [pkcs7.PKCS7Options.Binary])
    return f"-----BEGIN CMS-----\n{base64.encodebytes(sealed).decode()}-----END CMS-----"


def _utf8_string(text: str) -> bytes:
    """In DER; short, as users' names are."""
    content = text.encode()
    if len(content) > 127:
        raise ValueError(text)
    return bytes([_UTF8_STRING, len(content)]) + content
