"""The keys of one build: derived when they are needed and never stored, so no task result ever holds a secret.

A process that goes on with a build, on any worker with the same master key, derives the same keys. HKDF: RFC 5869.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from mintage.client_certificate import SEED_LENGTH, ClientCertificate, client_certificate
from mintage.openssh import private_text, public_line


@dataclass(frozen=True)
class KeyPair:
    """An ed25519 key: ``private`` as OpenSSH's private key file, ``public`` as a line without comment."""

    public: str
    private: str = field(repr=False)


@dataclass(frozen=True)
class Secret:
    """A password; ``text`` is in nothing that is printed."""

    text: str = field(repr=False)


class BuildKeys:
    """The keys of the build ``build_id``."""

    def __init__(self, master: bytes, build_id: str) -> None:
        self._master, self.build_id = master, build_id

    def __repr__(self) -> str:
        return f"BuildKeys({self.build_id!r})"

    def user_key(self) -> KeyPair:
        """Return the key with which the builder logs in to the build VM."""
        return self._pair("user")

    def verification_key(self) -> KeyPair:
        """Return the key with which the builder logs in to the VMs that prove the image.

        It is another than the build VM's, so that one left behind in the image shows.
        """
        return self._pair("verification")

    def host_key(self, vm_name: str) -> KeyPair:
        """Return the key by which the VM proves who it is, from its first connection."""
        return self._pair("host", vm_name)

    def administrator_password(self) -> Secret:
        """Return the password of the Windows build VM's administrator."""
        return self._password("administrator")

    def verification_password(self) -> Secret:
        """Return the password of the administrator of the Windows VMs that prove the image."""
        return self._password("verification administrator")

    def client_certificate(self, user: str, since: datetime) -> ClientCertificate:
        """Return the certificate by which the user logs in to a Windows VM whose recipe wants that.

        ``since`` is when the build began. It must be the same each time, or the guest knows the certificate no more.
        """
        return client_certificate(self._seed("client certificate", user, length=SEED_LENGTH), user, since)

    def _password(self, *purpose: str) -> Secret:
        """As Azure demands it, 12 to 123 characters of three kinds of four; none of them means anything to a shell."""
        return Secret(f"M1-{base64.urlsafe_b64encode(self._seed(*purpose)[:24]).decode()}a")

    def _pair(self, *purpose: str) -> KeyPair:
        key = Ed25519PrivateKey.from_private_bytes(self._seed(*purpose))
        return KeyPair(public=public_line(key), private=private_text(key))

    def _seed(self, *purpose: str, length: int = 32) -> bytes:
        # JSON keeps the parts apart: no two purposes and ids run together into the same text.
        info = json.dumps(["mintage", 1, self.build_id, *purpose]).encode()
        return HKDF(algorithm=SHA256(), length=length, salt=None, info=info).derive(self._master)
