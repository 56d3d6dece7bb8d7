"""Any name as the name of a folder."""

from __future__ import annotations

import hashlib
from urllib.parse import quote

_LONGEST = 200


def folder_name(name: str) -> str:
    """Readable where it can be, never hidden, never longer than a file system takes; another for every other name."""
    short = quote(name, safe="")
    short = f"%2E{short[1:]}" if short.startswith(".") else short
    digest = hashlib.sha256(name.encode()).hexdigest()
    return short if len(short) <= _LONGEST else short[: _LONGEST - 64] + digest
