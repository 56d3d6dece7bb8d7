"""The module PKI: New-SelfSignedCertificate, Export- and Import-Certificate, and their kind for PFX files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from localazure.windows.cmdlets.certificate_objects import TYPE as CERTIFICATE
from localazure.windows.cmdlets.certificate_objects import certificate_object, exported, pem_certificate
from localazure.windows.cmdlets.credentials import plain_text
from localazure.windows.cmdlets.failures import file_failure
from localazure.windows.cmdlets.providers.certificates import CertificateProvider
from localazure.windows.cmdlets.providers.locations import decorate, item_at, locate, not_found
from localazure.windows.cmdlets.session import machine_of, user_of
from localazure.windows.cmdlets.times import utc
from localazure.windows.machine.certificates import StoredCertificate
from localazure.windows.machine.errors import MachineError
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.dotnet.building import Members, declare, with_engine
from localazure.windows.powershell.engine_api import EngineApi
from localazure.windows.powershell.errors import PsError, error
from localazure.windows.powershell.types import DotnetType
from localazure.windows.powershell.values import PsObject

_EXTENSION = re.compile(r"^(?:2\.5\.29\.17)=\{text\}(.*)$", re.IGNORECASE)
_IGNORED = (
    "KeyAlgorithm", "KeyLength", "KeyUsage", "KeyUsageProperty", "KeyExportPolicy", "KeySpec", "KeyProtection",
    "Provider", "HashAlgorithm", "Type", "Extension", "Container", "KeyDescription", "KeyFriendlyName", "CurveExport",
    "SerialNumber", "SmimeCapabilities", "SuppressOid", "Pin", "ExistingKey",
)  # fmt: skip
_SAFETY = timedelta(days=365)


@command(
    "New-SelfSignedCertificate",
    should_process=True,
    parameters=(
        Parameter("DnsName", kind="System.String[]"),
        Parameter("Subject", kind=str),
        Parameter("TextExtension", kind="System.String[]"),
        Parameter("FriendlyName", kind=str),
        Parameter("NotBefore", kind="System.DateTime"),
        Parameter("NotAfter", kind="System.DateTime"),
        Parameter("CertStoreLocation", kind=str),
        Parameter("Signer"),
        Parameter("CloneCert"),
        *(Parameter(name) for name in _IGNORED),
    ),
)
def new_self_signed_certificate(call: Call) -> Iterator[object]:
    if call.get("Signer") is not None or call.get("CloneCert") is not None:
        raise error(
            "System.Management.Automation.PSNotSupportedException",
            "The model's New-SelfSignedCertificate takes neither -Signer nor -CloneCert.",
            "NotSupported",
            "NotImplemented",
        )
    machine = machine_of(call.engine)
    place = locate(call.engine, str(call.get("CertStoreLocation") or r"Cert:\LocalMachine\My"))
    if not isinstance(place.provider, CertificateProvider) or not place.provider.exists(place.path):
        raise not_found(place)
    location, _, store = place.path.partition("\\")
    if store.lower() != "my":
        # Certificates are made in the store of one's own and moved or exported from there.
        text = "A new certificate can only be installed into MY store."
        raise error("System.ArgumentException", text, "System.ArgumentException", "InvalidArgument")
    names = _names(call)
    made = machine.certificates.make_self_signed(
        names,
        subject=str(call.get("Subject") or ""),
        lifetime=_SAFETY,
        not_before=_moment(call, "NotBefore"),
        not_after=_moment(call, "NotAfter"),
        friendly_name=str(call.get("FriendlyName") or ""),
        store="My",
        location="CurrentUser" if location.lower() == "currentuser" else "LocalMachine",
        owner=place.provider.owner(location),
    )
    yield decorate(place.child(made.thumbprint), certificate_object(made))


def _moment(call: Call, parameter: str) -> datetime | None:
    given = call.get(parameter)
    return utc(given) if isinstance(given, datetime) else None


def _names(call: Call) -> list[str]:
    """The alternative names: those of -DnsName, else those of the extension 2.5.29.17."""
    given = [str(each) for each in call.get("DnsName") or []]
    for extension in call.get("TextExtension") or []:
        found = _EXTENSION.match(str(extension).strip())
        if found:
            given += [part.partition("=")[2].strip() for part in re.split("[&;]", found[1]) if "=" in part]
    subject = str(call.get("Subject") or "")
    if not given and not subject:
        raise error("System.ArgumentException", "The subject of a certificate cannot be empty.", "", "InvalidArgument")
    return given


@command(
    "Export-Certificate",
    parameters=(
        Parameter("Cert", kind=object, pipeline="value", mandatory=True),
        Parameter("FilePath", kind=str, mandatory=True),
        Parameter("Type", kind=str, values=("SST", "CERT", "P7B")),
        Parameter("Force", switch=True),
        Parameter("NoClobber", switch=True),
    ),
)
def export_certificate(call: Call) -> Iterator[object]:
    for value in call.each("Cert"):
        yield _written(call, exported(_stored(call, value), "Cert"))


@command(
    "Export-PfxCertificate",
    parameters=(
        Parameter("Cert", position=0, kind=object, pipeline="value", mandatory=True),
        Parameter("FilePath", position=1, kind=str, mandatory=True, aliases=("FullName",)),
        Parameter("Password"),
        *(Parameter(name) for name in ("ProtectTo", "ChainOption", "CryptoAlgorithmOption")),
        *(Parameter(name, switch=True) for name in ("Force", "NoClobber", "NoProperties")),
    ),
)
def export_pfx_certificate(call: Call) -> Iterator[object]:
    for value in call.each("Cert"):
        yield _written(call, exported(_stored(call, value), "Pfx", plain_text(call.get("Password"))))


def _written(call: Call, data: bytes) -> PsObject:
    place = locate(call.engine, str(call.get("FilePath")))
    try:
        machine_of(call.engine).files.write_bytes(place.path, data)
    except MachineError as failure:
        raise file_failure(failure) from failure
    return item_at(place)


def _stored(call: Call, value: object) -> StoredCertificate:
    """The certificate that a path or a certificate object means."""
    provider = CertificateProvider(call.engine)
    if isinstance(value, PsObject) and value.get("PSPath"):
        place = locate(call.engine, str(value.get("PSPath")))
        parts = place.path.split("\\")
    else:
        place = locate(call.engine, call.engine.to_text(value))
        parts = place.path.split("\\")
    found = [each for each in provider.stored(parts[0], parts[1]) if each.thumbprint == parts[-1].upper()]
    if not found:
        raise not_found(place)
    return found[0]


_IMPORT = (
    Parameter("FilePath", position=0, kind=str, mandatory=True, pipeline="both", aliases=("FullName",)),
    Parameter("CertStoreLocation", position=1, kind=str),
)


@command("Import-Certificate", parameters=_IMPORT)
def import_certificate(call: Call) -> Iterator[object]:
    data = _file(call)
    try:
        pem = pem_certificate(data)
    except ValueError as failure:
        raise _unreadable("Cannot find the requested object.") from failure
    yield _kept(call, pem, None)


@command(
    "Import-PfxCertificate",
    parameters=(*_IMPORT, Parameter("Password"), Parameter("Exportable", switch=True), Parameter("ProtectPrivateKey")),
)
def import_pfx_certificate(call: Call) -> Iterator[object]:
    try:
        pem, key = _opened(_file(call), plain_text(call.get("Password")))
    except ValueError as failure:
        raise _unreadable(
            "The PFX file you are trying to import requires either a different password or membership in an Active "
            "Directory principal to which it is protected."
        ) from failure
    yield _kept(call, pem, key)


def _file(call: Call) -> bytes:
    place = locate(call.engine, str(call.get("FilePath")))
    try:
        return machine_of(call.engine).files.read_bytes(place.path)
    except MachineError as failure:
        raise file_failure(failure) from failure


def _kept(call: Call, pem: str, key: str | None) -> PsObject:
    place = locate(call.engine, str(call.get("CertStoreLocation") or r"Cert:\CurrentUser\My"))
    if not place.provider.exists(place.path) or place.path.count("\\") != 1:
        raise not_found(place)
    location, store = place.path.split("\\")
    owner = user_of(call.engine).sid if location.lower() == "currentuser" else ""
    made = StoredCertificate(location=location, store=store, pem=pem, key_pem=key, owner=owner)
    machine_of(call.engine).certificates.add(made)
    return decorate(place.child(made.thumbprint), certificate_object(made))


@command("Get-PfxCertificate", module="Microsoft.PowerShell.Security", parameters=(
    Parameter("FilePath", position=0, kind="System.String[]", pipeline="both"),
    Parameter("LiteralPath", kind="System.String[]", pipeline="property", aliases=("PSPath",)),
    Parameter("NoPromptForPassword", switch=True),
))  # fmt: skip
def get_pfx_certificate(call: Call) -> Iterator[object]:
    """The certificate in a file, in no store."""
    for path in call.each("LiteralPath" if "LiteralPath" in call.parameters else "FilePath"):
        yield read_certificate(call.engine, path)


def read_certificate(engine: EngineApi, source: object, password: object = None, *_: object) -> PsObject:
    """An X509Certificate2 of a file or of bytes, DER, PEM or PFX.

    Raises:
        PsError: there is no such file, or no certificate in it that this password opens.
    """
    try:
        data = bytes(source) if isinstance(source, bytearray) else _read(engine, source)
        return certificate_object(_parsed(data, plain_text(password)))
    except MachineError as failure:
        raise file_failure(failure) from failure
    except ValueError:
        kind = "System.Security.Cryptography.CryptographicException"
        raise error(kind, "Cannot find the requested object.\r\n") from None


def _read(engine: EngineApi, path: object) -> bytes:
    return machine_of(engine).files.read_bytes(locate(engine, engine.to_text(path)).path)


def _parsed(data: bytes, password: str) -> StoredCertificate:
    try:
        return StoredCertificate(location="", store="", pem=pem_certificate(data))
    except ValueError:
        pem, key = _opened(data, password)
        return StoredCertificate(location="", store="", pem=pem, key_pem=key)


def _opened(data: bytes, password: str) -> tuple[str, str | None]:
    """The certificate of a PFX and its key, as PEM. Raises ValueError."""
    key, certificate, _ = pkcs12.load_key_and_certificates(data, password.encode() or None)
    if certificate is None:
        raise ValueError("no certificate")
    pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
    if key is None:
        return pem, None
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return pem, key.private_bytes(encoding, form, serialization.NoEncryption()).decode()


def certificate_types() -> list[DotnetType]:
    """X509Certificate2, made of a file or of bytes."""
    return [declare(CERTIFICATE, Members(new=with_engine(read_certificate)))]


def _unreadable(text: str) -> PsError:
    return error("System.ComponentModel.Win32Exception", text, "System.ComponentModel.Win32Exception", "NotSpecified")
