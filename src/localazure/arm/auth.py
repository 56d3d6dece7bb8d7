"""Tokens: signed here, checked here. The same claims as Microsoft Entra ID's, as far as clients look at them."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from pathlib import Path

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from localazure.arm.errors import CloudError
from localazure.files import read_or_make_secret

LIFETIME = 3600
"""Seconds a token is good for."""
STORAGE_AUDIENCE = "https://storage.azure.com"
PUBLIC_AUDIENCES = ("https://management.azure.com", "https://management.core.windows.net")


@dataclass(frozen=True)
class ServicePrincipal:
    """The one identity that may log in with a secret."""

    client_id: str
    client_secret: str


class Tokens:
    """Issues and checks access tokens for one tenant."""

    def __init__(self, folder: Path, tenant: str, client_id: str) -> None:
        self.tenant = tenant
        pem = read_or_make_secret(folder / "token-key.pem", _new_key)
        self._key = _load(pem)
        secret = read_or_make_secret(folder / "client-secret", lambda: secrets.token_urlsafe(32))
        self.principal = ServicePrincipal(client_id, secret)

    @property
    def public_numbers(self) -> rsa.RSAPublicNumbers:
        """What a client needs to check a token."""
        return self._key.public_key().public_numbers()

    def issue(self, audience: str, issuer: str, *, lifetime: int = LIFETIME) -> tuple[str, int]:
        """A token for ``audience`` and the time it ends, in seconds since 1970."""
        now = int(time.time())
        claims = {
            "aud": audience, "iss": issuer, "iat": now, "nbf": now - 5, "exp": now + lifetime, "tid": self.tenant,
            "appid": self.principal.client_id, "oid": self.principal.client_id, "sub": self.principal.client_id,
            "idtyp": "app", "ver": "1.0",
        }  # fmt: skip
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": "localazure"}), now + lifetime

    def check_secret(self, client_id: str, client_secret: str) -> bool:
        known = self.principal
        return secrets.compare_digest(client_id, known.client_id) and secrets.compare_digest(
            client_secret.encode(), known.client_secret.encode()
        )

    def check(self, authorization: str | None, own_audience: str) -> None:
        """Raise CloudError 401 unless the header carries a token of ours for this server."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            message = "Authentication failed. The 'Authorization' header is missing."
            raise CloudError(401, "AuthenticationFailed", message)
        audiences = [name + tail for name in (own_audience, *PUBLIC_AUDIENCES) for tail in ("", "/")]
        try:
            jwt.decode(token, self._key.public_key(), algorithms=["RS256"], audience=audiences)
        except jwt.ExpiredSignatureError:
            message = "The access token expiry UTC time is earlier than current UTC time."
            raise CloudError(401, "ExpiredAuthenticationToken", message) from None
        except jwt.InvalidAudienceError:
            message = f"The access token is not meant for this audience; it must be for '{own_audience}'."
            raise CloudError(401, "InvalidAuthenticationTokenAudience", message) from None
        except jwt.InvalidTokenError as error:
            raise CloudError(401, "InvalidAuthenticationToken", f"The access token is invalid: {error}") from None


def _load(pem: str) -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        message = "token-key.pem holds no RSA key; remove it and start again"
        raise TypeError(message)
    return key


def _new_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
