"""An ed25519 key as OpenSSH writes it (openssh/PROTOCOL.key), the same text every time.

cryptography writes the same format with a random number in it. A private host key travels in a VM's custom data, which
Azure does not let change, so a build that goes on must send the same bytes; hence the few lines here.
"""

from __future__ import annotations

import base64
import struct
import textwrap

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_KIND = b"ssh-ed25519"
_MAGIC = b"openssh-key-v1\0"
_BLOCK = 8


def public_line(key: Ed25519PrivateKey) -> str:
    """Return ``ssh-ed25519 AAAA…``, without a comment."""
    return key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


def private_text(key: Ed25519PrivateKey) -> str:
    """Return the unencrypted private key file, line ends included."""
    public = key.public_key().public_bytes_raw()
    # The number is only there to see whether decryption worked; nothing is encrypted here.
    check = public[:4] * 2
    secret = check + _strings(_KIND, public, key.private_bytes_raw() + public, b"")
    secret += bytes(range(1, 1 + -len(secret) % _BLOCK))
    whole = _MAGIC + _strings(b"none", b"none", b"") + struct.pack(">I", 1) + _strings(_strings(_KIND, public), secret)
    body = "\n".join(textwrap.wrap(base64.b64encode(whole).decode(), 70))
    return f"-----BEGIN OPENSSH PRIVATE KEY-----\n{body}\n-----END OPENSSH PRIVATE KEY-----\n"


def _strings(*parts: bytes) -> bytes:
    return b"".join(struct.pack(">I", len(part)) + part for part in parts)
