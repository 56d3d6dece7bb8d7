"""Volumes, their room, and BitLocker on them."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from localazure.windows.machine.errors import MachineError, NotFound
from localazure.windows.machine.waiting import Time

GIB = 1 << 30
_CONVERT_SECONDS = 600.0
_NOT_ENCRYPTED = 0x80310008

VolumeStatus = Literal["FullyDecrypted", "FullyEncrypted", "EncryptionInProgress", "DecryptionInProgress"]


class Volume(BaseModel):
    letter: str
    label: str = ""
    file_system: str = "NTFS"
    size: int = 127 * GIB
    windows_bytes: int = 0
    """What a real Windows takes there and the model's small files do not."""
    taken_bytes: int = Field(0, exclude=True)
    """What is taken on top, by nothing that could be found or would stay: it is not on the disk."""
    volume_id: str = ""
    encrypted: bool = False
    protected: bool = False
    """False also while waiting for activation: encrypted with a clear key."""
    converting_until: datetime | None = None
    key_protectors: list[str] = []

    @property
    def room(self) -> int:
        """Bytes that files may take."""
        return self.size - self.windows_bytes - self.taken_bytes


class Volumes:
    """By drive letter, with or without a colon."""

    def __init__(self, volumes: list[Volume], time: Time, lock: threading.RLock) -> None:
        self._volumes, self._time, self._lock = volumes, time, lock

    def all(self) -> list[Volume]:
        with self._lock:
            return list(self._volumes)

    def find(self, letter: str) -> Volume | None:
        wanted = letter.rstrip("\\").rstrip(":").upper()
        return next((volume for volume in self.all() if volume.letter == wanted), None)

    def require(self, letter: str) -> Volume:
        found = self.find(letter)
        if found is None:
            raise NotFound(letter, 15)
        return found

    def room(self, letter: str) -> int:
        found = self.find(letter)
        return found.room if found else 0

    def status(self, letter: str) -> VolumeStatus:
        volume = self.require(letter)
        converting = volume.converting_until is not None and volume.converting_until > self._time.now()
        if volume.encrypted:
            return "EncryptionInProgress" if converting else "FullyEncrypted"
        return "DecryptionInProgress" if converting else "FullyDecrypted"

    def encrypt(self, letter: str, *, protected: bool = True) -> None:
        """Without protection the volume is encrypted and "waiting for activation"."""
        with self._lock:
            volume = self.require(letter)
            volume.encrypted, volume.protected = True, protected
            volume.key_protectors = ["RecoveryPassword"] if protected else []
            volume.converting_until = self._time.after(_CONVERT_SECONDS)

    def decrypt(self, letter: str) -> None:
        """Takes a while; ``status`` says when it is done. Raises 0x80310008 for a volume that is not encrypted."""
        with self._lock:
            volume = self.require(letter)
            if not volume.encrypted:
                raise MachineError(_NOT_ENCRYPTED, letter, "BitLocker Drive Encryption is not enabled on this drive.")
            volume.encrypted = volume.protected = False
            volume.key_protectors = []
            volume.converting_until = self._time.after(_CONVERT_SECONDS)

    def set_protection(self, letter: str, *, on: bool) -> None:
        self.require(letter).protected = on
