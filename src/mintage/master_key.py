"""The one secret of an installation: 32 bytes, shared by all its workers, from which each build's keys are derived."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import stat
from pathlib import Path

from mintage.errors import SettingsError
from mintage.settings import Settings

LENGTH = 32


def load_master_key(settings: Settings) -> bytes:
    """Return MINTAGE_KEY, or what its file holds, made now when absent. Raises SettingsError when it cannot be used.

    Any number of processes may ask for the first time at once; all get the same key.
    """
    if settings.key is not None:
        return _decoded(settings.key.get_secret_value())
    try:
        return _read(settings.key_file)
    except FileNotFoundError:
        _make(settings.key_file)
        return _read(settings.key_file)
    except OSError as error:
        raise _unusable(settings.key_file, error) from None


def _decoded(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != LENGTH:
        raise SettingsError(
            "The master key cannot be used",
            where="MINTAGE_KEY",
            seen=f"not {LENGTH} bytes in base64",
            remedy="make one with: openssl rand -base64 32",
        )
    return key


def _read(file: Path) -> bytes:
    with file.open("rb") as opened:
        # Of the opened file, so that what is checked is what is read.
        mode = stat.S_IMODE(os.fstat(opened.fileno()).st_mode)
        key = opened.read(LENGTH + 1)
    if mode & 0o077:
        seen, remedy = f"mode {mode:04o}: others may use it", f"chmod 600 {file}, or make a new one if others did"
    elif len(key) != LENGTH:
        seen, remedy = f"not {LENGTH} bytes", "remove the file when no build is under way; a new one is made"
    else:
        return key
    raise SettingsError("The master key cannot be used", where=str(file), seen=seen, remedy=remedy)


def _make(file: Path) -> None:
    """Write beside the file and link it there: it is never seen half written, and the first of many writers wins."""
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            opened.write(secrets.token_bytes(LENGTH))
            opened.flush()
            os.fsync(opened.fileno())
        os.link(draft, file)
    except FileExistsError:
        return
    except OSError as error:
        raise _unusable(file, error) from None
    finally:
        draft.unlink(missing_ok=True)


def _unusable(file: Path, error: OSError) -> SettingsError:
    return SettingsError(
        "The master key cannot be read or made",
        where=str(file),
        seen=error.strerror or str(error),
        remedy="set MINTAGE_KEY_FILE to a file this user may write, or MINTAGE_KEY to 32 bytes in base64",
    )
