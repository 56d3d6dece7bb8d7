r"""Certificate stores (``Cert:\LocalMachine\My`` ...): real X.509, with the private keys the machine holds."""

from __future__ import annotations

import ipaddress
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pydantic import BaseModel, Field

from localazure.windows.machine.errors import NotFound
from localazure.windows.machine.waiting import Time

_STORES = ("My", "Root", "CA", "TrustedPeople", "TrustedPublisher", "Disallowed", "Remote Desktop")


class StoredCertificate(BaseModel):
    location: str
    """``LocalMachine`` or ``CurrentUser``."""
    store: str
    pem: str
    key_pem: str | None = Field(default=None, repr=False)
    friendly_name: str = ""
    owner: str = ""
    """A SID, for CurrentUser."""

    @property
    def certificate(self) -> x509.Certificate:
        return x509.load_pem_x509_certificate(self.pem.encode())

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def thumbprint(self) -> str:
        return thumbprint_of(self.certificate)


class Certificates:
    def __init__(self, stored: list[StoredCertificate], time: Time, lock: threading.RLock) -> None:
        self._stored, self._time, self._lock = stored, time, lock

    def stores(self) -> list[str]:
        return list(_STORES)

    def all(self, store: str = "My", location: str = "LocalMachine", owner: str = "") -> list[StoredCertificate]:
        wanted = (location.lower(), store.lower(), owner)
        with self._lock:
            return [c for c in self._stored if (c.location.lower(), c.store.lower(), c.owner) == wanted]

    def find(
        self, thumbprint: str, store: str = "My", location: str = "LocalMachine", owner: str = ""
    ) -> StoredCertificate:
        """Raises NotFound."""
        wanted = thumbprint.replace(" ", "").upper()
        found = next((each for each in self.all(store, location, owner) if each.thumbprint == wanted), None)
        if found is None:
            raise NotFound(thumbprint)
        return found

    def add(self, certificate: StoredCertificate) -> StoredCertificate:
        """One that is there already is replaced."""
        with self._lock:
            known = self.all(certificate.store, certificate.location, certificate.owner)
            for each in known:
                if each.thumbprint == certificate.thumbprint:
                    self._stored.remove(each)
            self._stored.append(certificate)
            return certificate

    def remove(self, certificate: StoredCertificate) -> None:
        """With its private key."""
        with self._lock:
            self._stored.remove(certificate)

    def make_self_signed(  # noqa: PLR0913 - what New-SelfSignedCertificate takes
        self,
        names: Sequence[str],
        *,
        subject: str = "",
        lifetime: timedelta = timedelta(days=365),
        not_before: datetime | None = None,
        not_after: datetime | None = None,
        friendly_name: str = "",
        store: str = "My",
        location: str = "LocalMachine",
        owner: str = "",
    ) -> StoredCertificate:
        """What New-SelfSignedCertificate makes: RSA 2048, SHA-256, for server and client authentication.

        Args:
            names: subject alternative names; what reads as an address becomes one of type IP.
            subject: a common name; the first name where it is empty.
            lifetime: from now.
            not_before: the beginning; ten minutes ago where there is none.
            not_after: the end, instead of the lifetime.
            friendly_name: what Windows shows beside it.
            store: where it goes, with its key.
            location: likewise.
            owner: likewise.
        """
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        now = self._time.now()
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, (subject or names[0]).removeprefix("CN="))])
        usages = [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(not_before or now - timedelta(minutes=10))
            .not_valid_after(not_after or now + lifetime)
            .add_extension(_key_usage(), critical=True)
            .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        )
        if names:
            builder = builder.add_extension(
                x509.SubjectAlternativeName([_general_name(each) for each in names]), critical=False
            )
        made = StoredCertificate(
            location=location,
            store=store,
            pem=builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode(),
            key_pem=key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            ).decode(),
            friendly_name=friendly_name,
            owner=owner,
        )
        return self.add(made)


def thumbprint_of(certificate: x509.Certificate) -> str:
    """SHA-1 in upper-case hexadecimal digits, as Windows shows it."""
    return certificate.fingerprint(hashes.SHA1()).hex().upper()  # noqa: S303 - Windows' own name for it


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _key_usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, key_encipherment=True, key_cert_sign=False, crl_sign=False, content_commitment=False,
        data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
