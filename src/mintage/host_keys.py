"""The host keys of a VM, learned through Azure: cloud-init prints them to the serial console (boot diagnostics)."""

from __future__ import annotations

import base64
import binascii
import re
import struct

_BLOCK = re.compile(r"-----BEGIN SSH HOST KEY KEYS-----(.*?)-----END SSH HOST KEY KEYS-----", re.DOTALL)
_KERNEL_MESSAGE = re.compile(r"\[ *\d+\.\d{6}\][^\n]*\n?")
_KEY = re.compile(r"(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)) +(AAAA[0-9A-Za-z+/]+={0,2})")
_NUMBERS = {"ssh-ed25519": 2, "ssh-rsa": 3}
"""Strings and numbers in a public key, its type included (RFC 4253, 6.6; RFC 8709); ECDSA has 3 (RFC 5656)."""


def from_serial_log(text: str) -> tuple[str, ...]:
    """Each key as ``type base64``, of the last block that was printed to its end; none when there is none yet.

    A key that a message of the kernel tore apart is put together again, and left out when it is not whole even then.
    """
    blocks = _BLOCK.findall(text.replace("\r", ""))
    if not blocks:
        return ()
    found = [*_keys(blocks[-1]), *_keys(_KERNEL_MESSAGE.sub("", blocks[-1]))]
    return tuple(dict.fromkeys(found))


def _keys(block: str) -> list[str]:
    return [f"{kind} {encoded}" for kind, encoded in _KEY.findall(block) if _is_whole(kind, encoded)]


def _is_whole(kind: str, encoded: str) -> bool:
    """The key names its own type, and ends where its last part ends."""
    try:
        parts = _parts(base64.b64decode(encoded, validate=True))
    except (binascii.Error, struct.error):
        return False
    return len(parts) == _NUMBERS.get(kind, 3) and parts[0] == kind.encode()


def _parts(data: bytes) -> list[bytes]:
    parts = []
    while data:
        (length,) = struct.unpack_from(">I", data)
        if len(data) < 4 + length:
            raise struct.error
        parts.append(data[4 : 4 + length])
        data = data[4 + length :]
    return parts
