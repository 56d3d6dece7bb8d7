r"""Which account WinRM takes the holder of a client's certificate for, kept in the registry beside WinRM's settings.

Facts: [MS-WSMV] 2.2.4.3 CertMappingType; "winrm help certmapping"; Ansible's guide to WinRM, "Certificate".
Windows keeps the account's password as a secret of LSA's; the model keeps the hash that opens the account in it.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field, replace
from typing import Self

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from localazure.windows.machine.certificates import Certificates, thumbprint_of
from localazure.windows.machine.errors import AlreadyExists
from localazure.windows.machine.registry import Registry
from localazure.windows.machine.wsman import ALREADY_EXISTS, WSMAN_KEY

_KEY = rf"{WSMAN_KEY}\CertMapping"
_UPN = x509.ObjectIdentifier("1.3.6.1.4.1.311.20.2.3")
_UTF8_STRING = 0x0C


@dataclass(frozen=True)
class CertificateMapping:
    """``issuer`` is the thumbprint of the certificate that signed the client's; ``subject`` may begin or end with *."""

    issuer: str
    subject: str
    uri: str
    user: str
    nt_hash: str = field(repr=False)
    enabled: bool = True

    @property
    def name(self) -> str:
        """What tells it from others."""
        return f"{self.uri}+{self.subject}+{self.issuer}".lower()

    def switched(self, *, on: bool) -> Self:
        return replace(self, enabled=on)

    def fits(self, certificate: x509.Certificate, issuers: set[str]) -> bool:
        """``issuers`` are the thumbprints of trusted certificates that signed it."""
        known = {each.lower() for each in issuers}
        return self.enabled and self.issuer.lower() in known and any(map(self._matches, _names(certificate)))

    def opens(self, nt_hash: str) -> bool:
        """Whether the account still has the password that the mapping was made with."""
        return hmac.compare_digest(self.nt_hash, nt_hash)

    def _matches(self, name: str) -> bool:
        wanted, given = self.subject.lower(), name.lower()
        if wanted.startswith("*"):
            return given.endswith(wanted[1:])
        return given.startswith(wanted[:-1]) if wanted.endswith("*") else given == wanted


class CertificateMappings:
    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def all(self) -> list[CertificateMapping]:
        names = self._registry.subkeys(_KEY) if self._registry.key_exists(_KEY) else []
        return [self._read(rf"{_KEY}\{name}") for name in sorted(names)]

    def add(self, mapping: CertificateMapping) -> None:
        """Raises AlreadyExists."""
        if self._registry.key_exists(_key(mapping)):
            raise AlreadyExists(mapping.name, ALREADY_EXISTS)
        self.replace(mapping, mapping)

    def replace(self, old: CertificateMapping, new: CertificateMapping) -> None:
        texts = {"Issuer": new.issuer, "Subject": new.subject, "URI": new.uri, "UserName": new.user}
        for name, value in {**texts, "Password": new.nt_hash}.items():
            self._registry.set(_key(old), name, value)
        self._registry.set(_key(old), "Enabled", int(new.enabled))

    def remove(self, mapping: CertificateMapping) -> None:
        self._registry.delete_key(_key(mapping))

    def _read(self, key: str) -> CertificateMapping:
        names = ("Issuer", "Subject", "URI", "UserName", "Password")
        issuer, subject, uri, user, password = (self._registry.text(key, name) for name in names)
        return CertificateMapping(issuer, subject, uri, user, password, bool(self._registry.number(key, "Enabled", 1)))


def _key(mapping: CertificateMapping) -> str:
    # A name may hold what a key's may not.
    return rf"{_KEY}\{hashlib.sha256(mapping.name.encode()).hexdigest()[:16]}"


def trusted_clients(certificates: Certificates) -> tuple[bytes, ...]:
    """What a client's certificate must be, or be signed by, for TLS to take it; DER."""
    stored = (each for store in ("Root", "TrustedPeople") for each in certificates.all(store))
    return tuple(each.der for each in stored)


def issuers_of(certificate: x509.Certificate, certificates: Certificates) -> set[str]:
    """The thumbprints of trusted roots that signed it, itself perhaps; none for one that is no trusted person's."""
    if thumbprint_of(certificate) not in {each.thumbprint for each in certificates.all("TrustedPeople")}:
        return set()
    return {each.thumbprint for each in certificates.all("Root") if _signed(each.certificate, certificate)}


def _signed(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _names(certificate: x509.Certificate) -> list[str]:
    """What a mapping's subject is compared with: the alternative names, of users (UPN) and of machines (DNS)."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    users = [each.value for each in names.get_values_for_type(x509.OtherName) if each.type_id == _UPN]
    return [*map(_utf8_string, users), *names.get_values_for_type(x509.DNSName)]


def _utf8_string(der: bytes) -> str:
    """A short UTF8String in DER; of anything else nothing."""
    tag, length = der[:2] if len(der) > 1 else (0, 0)
    is_whole = tag == _UTF8_STRING and length == len(der) - 2
    return der[2:].decode(errors="replace") if is_whole else ""
