"""What an HTTPS listener needs: its certificate and key, and whose client certificates it takes."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding


@dataclass(frozen=True)
class ListenerTls:
    """``binding`` is the channel binding "tls-server-end-point" of the certificate (RFC 5929)."""

    context: ssl.SSLContext
    binding: bytes


def listener_tls(certificate: bytes, key: bytes, trusted_clients: Iterable[bytes] = ()) -> ListenerTls:
    """Prepare TLS for a listener.

    Args:
        certificate: PEM, the listener's own first, its issuers after it.
        key: PEM, not encrypted.
        trusted_clients: certificates (DER) of the machine's trusted roots and trusted people; without any, clients
            are not asked for one.

    Raises:
        ValueError: certificate or key cannot be read, or do not belong together.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    _load(context, certificate + b"\n" + key)
    trusted = b"".join(trusted_clients)
    if trusted:
        context.load_verify_locations(cadata=trusted)
        # A client whose own certificate is among the trusted people needs no root above it.
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        context.verify_mode = ssl.CERT_OPTIONAL
        # As HTTP.sys does: see client_certificate.
        context.post_handshake_auth = True
    return ListenerTls(context, _binding(x509.load_pem_x509_certificate(certificate)))


def _load(context: ssl.SSLContext, chain: bytes) -> None:
    """OpenSSL wants a file: one in memory, so that the key reaches no disk."""
    file = os.memfd_create("listener-key")
    try:
        os.write(file, chain)
        context.load_cert_chain(f"/proc/self/fd/{file}")
    except ssl.SSLError as error:
        raise ValueError(f"an HTTPS listener's certificate and key: {error.reason or 'unreadable'}") from error
    finally:
        os.close(file)


def _binding(certificate: x509.Certificate) -> bytes:
    algorithm = certificate.signature_hash_algorithm
    if algorithm is None or algorithm.name in {"md5", "sha1"}:
        algorithm = hashes.SHA256()
    digest = hashes.Hash(algorithm)
    digest.update(certificate.public_bytes(Encoding.DER))
    return b"tls-server-end-point:" + digest.finalize()
