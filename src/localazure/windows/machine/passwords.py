"""What Windows keeps of a password: its NT hash."""

from __future__ import annotations

import re

from spnego._ntlm_raw.crypto import ntowfv1

_LONGEST = 127


def nt_hash(password: str) -> str:
    """MD4 of the UTF-16-LE password, in hexadecimal digits."""
    return ntowfv1(password).hex()


def is_complex(password: str, user: str) -> bool:
    """The policy "Password must meet complexity requirements": three of four kinds, the user's name not in it."""
    kinds = [r"[a-z]", r"[A-Z]", r"[0-9]", r"[^A-Za-z0-9]"]
    if len(user) > 2 and user.lower() in password.lower():
        return False
    return len(password) <= _LONGEST and sum(bool(re.search(kind, password)) for kind in kinds) >= 3
