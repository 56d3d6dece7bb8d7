"""What is kept of a secret that is not kept: enough to tell whether it is given a second time, as Azure can."""

from __future__ import annotations

import hashlib
import hmac
import secrets


def mark_of(secret: str) -> str:
    """A salted hash that is slow to guess from."""
    salt = secrets.token_hex(16)
    return f"{salt}${_hash(secret, salt)}"


def is_marked(secret: str, mark: str | None) -> bool:
    """Whether the mark is of this secret; a missing one is of none."""
    salt, _, digest = (mark or "").partition("$")
    return hmac.compare_digest(_hash(secret, salt), digest)


def _hash(secret: str, salt: str) -> str:
    return hashlib.scrypt(secret.encode(), salt=salt.encode(), n=2**13, r=8, p=1).hex()
