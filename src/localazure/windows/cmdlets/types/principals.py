"""System.Security.Principal: who runs this PowerShell."""

from __future__ import annotations

from localazure.windows.cmdlets.session import user_of
from localazure.windows.machine.tokens import Token
from localazure.windows.powershell.dotnet.building import Members, declare, with_engine
from localazure.windows.powershell.engine_api import EngineApi
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.types import DotnetType, enumeration
from localazure.windows.powershell.values import PsObject

_P = "System.Security.Principal."
_ADMINISTRATOR = 544
_AUTHENTICATION = {"network": "NTLM", "batch": "Negotiate", "service": "NTLM", "interactive": "Negotiate"}


_LOGONS = {"network": "S-1-5-2", "batch": "S-1-5-3", "interactive": "S-1-5-4", "service": "S-1-5-6"}
_EVERYBODY = {"S-1-1-0", "S-1-5-11"}
"""Everyone, and who has logged on."""


def _groups(user: Token) -> list[str]:
    """What a token holds beside the user: the system's has no kind of logon."""
    kind = set() if user.is_system else {_LOGONS[user.logon]}
    return sorted({*user.groups, *_EVERYBODY, *kind})


def _sid(text: str) -> PsObject:
    return PsObject.typed(f"{_P}SecurityIdentifier", {"Value": text}, text=text)


def _identity(engine: EngineApi, *_: object) -> PsObject:
    user = user_of(engine)
    properties: dict[str, object] = {
        "Name": user.account,
        "User": _sid(user.sid),
        "Groups": [_sid(group) for group in _groups(user)],
        "IsSystem": user.is_system,
        "AuthenticationType": _AUTHENTICATION[user.logon],
    }
    made = PsObject.typed(f"{_P}WindowsIdentity", properties)
    made.base = user
    return made


def _principal(identity: PsObject) -> PsObject:
    def is_in(role: object) -> bool:
        user = identity.base
        return isinstance(user, Token) and _is_administrators(role) and user.is_administrator

    return PsObject.typed(f"{_P}WindowsPrincipal", {"Identity": identity}, {"IsInRole": is_in})


def _is_administrators(role: object) -> bool:
    named = to_text(getattr(role, "name", role)).lower()
    return named in {"administrator", str(_ADMINISTRATOR), r"builtin\administrators", "s-1-5-32-544"}


def principal_types() -> list[DotnetType]:
    identity = declare(f"{_P}WindowsIdentity", Members(static={"GetCurrent": with_engine(_identity)}))
    role = enumeration(f"{_P}WindowsBuiltInRole", {"Administrator": _ADMINISTRATOR, "User": 545, "Guest": 546})
    return [identity, declare(f"{_P}WindowsPrincipal", Members(new=_principal)), role]
