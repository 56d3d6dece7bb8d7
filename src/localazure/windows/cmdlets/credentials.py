"""Credentials that commands are given: a PSCredential's user name and password."""

from __future__ import annotations

from localazure.windows.powershell.engine_api import EngineApi
from localazure.windows.powershell.values import PsObject, SecureString


def plain_text(value: object) -> str:
    """The text of a SecureString, or of a plain value."""
    if isinstance(value, SecureString):
        return value.plain
    return "" if value is None else str(value)


def user_and_password(engine: EngineApi, credential: object) -> tuple[str, str]:
    if not isinstance(credential, PsObject) and not engine.has_property(credential, "UserName"):
        return str(credential), ""
    password = engine.get_property(credential, "Password")
    return str(engine.get_property(credential, "UserName")), plain_text(password)
