"""What answers at a port, before anything is said to it: the TLS server with the one certificate, or something else."""

from __future__ import annotations

import hashlib
import socket
import ssl
from datetime import UTC, datetime

from cryptography import x509

from mintage.artifacts import WinrmAddress
from mintage.errors import CertificateRefused, HostKeyMismatch, SettingsError
from mintage.waiting import NotYet

_CONNECT_TIMEOUT = 10.0
_HANDSHAKE_TIMEOUT = 20.0
_SHOWN = 60


def check_peer(address: WinrmAddress) -> None:
    """Return when the server shows exactly the expected certificate, and it is valid now.

    Raises NotYet saying what was met instead, as a guest that boots shows it; HostKeyMismatch with both fingerprints at
    another certificate; CertificateRefused at one that has expired. The handshake proves that the server has the key.
    """
    where = f"{address.host}:{address.port}"
    expected = expected_certificate(address)
    answered = _certificate_at(address.host, address.port)
    if answered != expected:
        raise HostKeyMismatch(
            "Another host answered than the VM that was made",
            where=where,
            seen=f"expected the certificate {fingerprint(expected)}, answered {fingerprint(answered)}",
            remedy="Look at what has this address now. Do not connect by hand before you know.",
        )
    _check_dates(x509.load_der_x509_certificate(expected), where)


def expected_certificate(address: WinrmAddress) -> bytes:
    """The DER of the certificate in an address. Raises SettingsError when it is none."""
    try:
        return ssl.PEM_cert_to_DER_cert(address.certificate.strip())
    except ValueError as error:
        what = "The certificate that the VM must show is not one in PEM"
        raise SettingsError(what, where=address.host, seen=address.certificate[:_SHOWN]) from error


def fingerprint(certificate: bytes) -> str:
    """``SHA256:AB:CD:…`` of a certificate in DER."""
    return "SHA256:" + hashlib.sha256(certificate).digest().hex(":").upper()


def _check_dates(certificate: x509.Certificate, where: str) -> None:
    now = datetime.now(UTC)
    if certificate.not_valid_after_utc < now:
        raise CertificateRefused(
            "The certificate of the VM has expired",
            where=where,
            seen=f"valid until {certificate.not_valid_after_utc:%Y-%m-%d %H:%M:%S} UTC, now {now:%Y-%m-%d %H:%M:%S}",
            remedy="Make the VM a new one (Run Command), and look at both clocks.",
        )
    if certificate.not_valid_before_utc > now:
        # The guest's clock goes before this one's.
        raise NotYet(f"the certificate is valid from {certificate.not_valid_before_utc:%Y-%m-%d %H:%M:%S} UTC")


def _certificate_at(host: str, port: int) -> bytes:
    try:
        with socket.create_connection((host, port), timeout=_CONNECT_TIMEOUT) as connection:
            connection.settimeout(_HANDSHAKE_TIMEOUT)
            return _handshake(connection)
    except ConnectionRefusedError as error:
        raise NotYet("the port refuses connections") from error
    except TimeoutError as error:
        raise NotYet(f"the port did not answer within {_HANDSHAKE_TIMEOUT:.0f} s") from error
    except OSError as error:
        raise NotYet(f"no connection: {error.strerror or error}") from error


def _handshake(connection: socket.socket) -> bytes:
    # Nothing is trusted by this: the certificate is compared, and the session that follows verifies it again.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    received, sent, greeting = ssl.MemoryBIO(), ssl.MemoryBIO(), b""
    tls = context.wrap_bio(received, sent)
    while True:
        try:
            tls.do_handshake()
        except ssl.SSLWantReadError:
            connection.sendall(sent.read())
            data = connection.recv(65536)
            if not data:
                raise NotYet("the port took the connection and closed it") from None
            greeting = (greeting + data)[:_SHOWN]
            received.write(data)
        except ssl.SSLError as error:
            raise NotYet(f"something else than TLS answers at the port: {greeting!r}") from error
        else:
            return tls.getpeercert(binary_form=True) or b""
