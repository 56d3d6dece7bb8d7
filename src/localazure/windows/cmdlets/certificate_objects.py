"""X509Certificate2 objects over the machine's stored certificates."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from localazure.windows.cmdlets.times import local
from localazure.windows.machine.certificates import StoredCertificate
from localazure.windows.powershell.values import Property, PsObject, SecureString

if TYPE_CHECKING:
    from datetime import datetime

TYPE = "System.Security.Cryptography.X509Certificates.X509Certificate2"
_SHORT = {
    NameOID.COMMON_NAME: "CN", NameOID.ORGANIZATION_NAME: "O", NameOID.ORGANIZATIONAL_UNIT_NAME: "OU",
    NameOID.COUNTRY_NAME: "C", NameOID.LOCALITY_NAME: "L", NameOID.STATE_OR_PROVINCE_NAME: "S",
    NameOID.EMAIL_ADDRESS: "E", NameOID.DOMAIN_COMPONENT: "DC",
}  # fmt: skip
_PURPOSES = {
    "1.3.6.1.5.5.7.3.1": "Server Authentication",
    "1.3.6.1.5.5.7.3.2": "Client Authentication",
    "1.3.6.1.5.5.7.3.3": "Code Signing",
    "1.3.6.1.5.5.7.3.4": "Secure Email",
}


def certificate_object(stored: StoredCertificate) -> PsObject:
    certificate = stored.certificate
    raw = certificate.public_bytes(serialization.Encoding.DER)

    def rename(_: PsObject, name: object) -> None:
        stored.friendly_name = "" if name is None else str(name)

    properties: dict[str, object] = {
        "EnhancedKeyUsageList": [_purpose(each) for each in _purposes(certificate)],
        "DnsNameList": [_dns_name(each) for each in _dns_names(certificate)],
        "Archived": False,
        "FriendlyName": Property(lambda _: stored.friendly_name, rename),
        "HasPrivateKey": stored.key_pem is not None,
        "Issuer": distinguished(certificate.issuer),
        "NotAfter": _moment(certificate.not_valid_after_utc),
        "NotBefore": _moment(certificate.not_valid_before_utc),
        "RawData": bytearray(raw),
        "SerialNumber": _serial(certificate),
        "Subject": distinguished(certificate.subject),
        "SignatureAlgorithm": PsObject.typed(
            "System.Security.Cryptography.Oid", {"Value": "1.2.840.113549.1.1.11", "FriendlyName": "sha256RSA"}
        ),
        "Thumbprint": stored.thumbprint,
        "Version": 3,
        "Extensions": [_extension(each) for each in certificate.extensions],
    }
    methods: dict[str, Callable[..., object]] = {
        "Export": lambda kind, *password: bytearray(exported(stored, str(kind), _text(password))),
        "GetCertHashString": lambda: stored.thumbprint,
        "GetRawCertData": lambda: bytearray(raw),
        "GetSerialNumberString": lambda: _serial(certificate),
        "GetExpirationDateString": lambda: str(certificate.not_valid_after_utc),
        "Verify": lambda: False,
        "Dispose": lambda: None,
    }
    name = f"[Subject]\n  {distinguished(certificate.subject)}\n\n[Thumbprint]\n  {stored.thumbprint}\n"
    return PsObject.typed(TYPE, properties, methods, text=name)


def exported(stored: StoredCertificate, kind: str, password: str = "") -> bytes:
    """DER of the certificate, or with ``Pfx`` a PKCS#12 with its key."""
    certificate = stored.certificate
    if kind.lower() not in {"pfx", "pkcs12"}:
        return certificate.public_bytes(serialization.Encoding.DER)
    key = serialization.load_pem_private_key((stored.key_pem or "").encode(), None) if stored.key_pem else None
    scheme = serialization.BestAvailableEncryption(password.encode()) if password else serialization.NoEncryption()
    # The types of keys that PKCS#12 takes are those that a store can hold.
    return pkcs12.serialize_key_and_certificates(stored.friendly_name.encode() or None, key, certificate, None, scheme)  # type: ignore[arg-type]


def distinguished(name: x509.Name) -> str:
    """As Windows shows it: the last component first, and quotes around what needs them."""
    parts = []
    for attribute in reversed(list(name)):
        value = str(attribute.value)
        shown = f'"{value}"' if re.search(r'[,+="<>#;]', value) else value
        parts.append(f"{_SHORT.get(attribute.oid, 'OID.' + attribute.oid.dotted_string)}={shown}")
    return ", ".join(parts)


def _moment(moment: datetime) -> datetime | None:
    return local(moment)


def _serial(certificate: x509.Certificate) -> str:
    digits = f"{certificate.serial_number:X}"
    return digits if len(digits) % 2 == 0 else f"0{digits}"


def _purposes(certificate: x509.Certificate) -> list[str]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return []
    return [each.dotted_string for each in found]


def _purpose(oid: str) -> PsObject:
    name = _PURPOSES.get(oid, "")
    text = f"{name} ({oid})"
    return PsObject.typed(
        "Microsoft.PowerShell.Commands.EnhancedKeyUsageRepresentation",
        {"FriendlyName": name, "ObjectId": oid},
        text=text,
    )


def _dns_names(certificate: x509.Certificate) -> list[str]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        names = found.get_values_for_type(x509.DNSName)
    except x509.ExtensionNotFound:
        names = []
    common = [str(each.value) for each in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    return list(dict.fromkeys(names or common))


def _dns_name(name: str) -> PsObject:
    kind = "Microsoft.PowerShell.Commands.DnsNameRepresentation"
    return PsObject.typed(kind, {"Punycode": name, "Unicode": name}, text=name)


def _extension(extension: x509.Extension[x509.ExtensionType]) -> PsObject:
    oid = PsObject.typed("System.Security.Cryptography.Oid", {"Value": extension.oid.dotted_string})
    kind = "System.Security.Cryptography.X509Certificates.X509Extension"
    return PsObject.typed(
        kind,
        {"Oid": oid, "Critical": extension.critical, "RawData": bytearray(extension.value.public_bytes())},
        {"Format": lambda *_: _formatted(extension.value)},
    )


def _formatted(value: x509.ExtensionType) -> str:
    if not isinstance(value, x509.SubjectAlternativeName):
        return ""
    shown = [f"DNS Name={each}" for each in value.get_values_for_type(x509.DNSName)]
    return ", ".join(shown + [f"IP Address={each}" for each in value.get_values_for_type(x509.IPAddress)])


def _text(password: tuple[object, ...]) -> str:
    if not password or password[0] is None:
        return ""
    return password[0].plain if isinstance(password[0], SecureString) else str(password[0])


def pem_certificate(data: bytes) -> str:
    """A certificate file's content, DER or PEM, as PEM. Raises ValueError."""
    text = data if b"-----BEGIN" in data else None
    certificate = x509.load_pem_x509_certificate(text) if text else x509.load_der_x509_certificate(data)
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
