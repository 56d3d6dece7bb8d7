"""Message encryption over HTTP: MS-WSMV 2.2.9.1, the parts of a ``multipart/encrypted`` body."""

from __future__ import annotations

import re
import struct

from localazure.windows.winrm.ntlm import NtlmAcceptor, NtlmRefused

_PROTOCOL = "application/HTTP-SPNEGO-session-encrypted"
_BOUNDARY = b"--Encrypted Boundary"
_LENGTH = re.compile(rb"OriginalContent:[^\r\n]*;Length=(\d+)\s*\r\n", re.IGNORECASE)
_BINARY = b"Content-Type: application/octet-stream\r\n"

SEALED_TYPE = f'multipart/encrypted;protocol="{_PROTOCOL}";boundary="Encrypted Boundary"'


def is_sealed(content_type: str) -> bool:
    lowered = content_type.lower()
    return lowered.startswith("multipart/encrypted") and _PROTOCOL.lower() in lowered


def unseal(body: bytes, acceptor: NtlmAcceptor) -> bytes:
    """The envelope within a sealed body.

    Raises:
        NtlmRefused: it is not formed as it must be, or not sealed by this session.
    """
    length, start = _LENGTH.search(body), body.find(_BINARY)
    if length is None or start < 0:
        raise NtlmRefused("the parts of a sealed message are missing")
    payload = body[start + len(_BINARY) : body.rfind(b"--", 0, body.rfind(_BOUNDARY[2:]))]
    if len(payload) < 4:
        raise NtlmRefused("a sealed message without a signature")
    (signature_length,) = struct.unpack_from("<I", payload)
    sealed = payload[4 + signature_length :]
    clear = acceptor.unseal(payload[4 : 4 + signature_length], sealed)
    if len(clear) != int(length[1]):
        raise NtlmRefused("a sealed message of another length than it says")
    return clear


def seal(envelope: bytes, acceptor: NtlmAcceptor) -> bytes:
    """The body to send, tabs and all: clients look for exactly this."""
    signature, sealed = acceptor.seal(envelope)
    head = (
        f"\r\n\tContent-Type: {_PROTOCOL}\r\n"
        f"\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length={len(envelope)}\r\n"
    ).encode()
    binary = b"\r\n\t" + _BINARY + struct.pack("<I", len(signature)) + signature + sealed
    return b"".join((_BOUNDARY, head, _BOUNDARY, binary, _BOUNDARY, b"--\r\n"))
