"""Self-signed certificates, as Windows' New-SelfSignedCertificate makes them for a listener or a client."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


@dataclass(frozen=True)
class SelfSigned:
    """PEM texts, and the certificate's DER."""

    certificate: bytes
    key: bytes
    der: bytes

    def write(self, folder: Path, name: str) -> tuple[Path, Path]:
        """Files for the certificate and its key."""
        files = folder / f"{name}.pem", folder / f"{name}-key.pem"
        for path, text in zip(files, (self.certificate, self.key), strict=True):
            path.write_bytes(text)
        return files


def self_signed(
    common_name: str, *, for_client: bool = False, address: str = "127.0.0.1", expires: timedelta = timedelta(days=1)
) -> SelfSigned:
    """``address`` is what it names beside localhost; ``expires`` counts from now."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    usage = ExtendedKeyUsageOID.CLIENT_AUTH if for_client else ExtendedKeyUsageOID.SERVER_AUTH
    now = datetime.now(UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address(address))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=10))
        .not_valid_after(now + expires)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return SelfSigned(
        certificate.public_bytes(Encoding.PEM),
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        certificate.public_bytes(Encoding.DER),
    )
