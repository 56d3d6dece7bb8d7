"""PSCredential, NetworkCredential, SecureString, Marshal's ways to read one. Secrets show in no text."""

from typing import Any

from localazure.windows.powershell.dotnet.building import Members, argument_null, declare
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.values import PsObject, SecureString

_NETWORK = "System.Net.NetworkCredential"


def new_credential(user: object, password: SecureString) -> PsObject:
    """A PSCredential."""
    if not to_text(user):
        raise argument_null("userName")
    properties = {"UserName": to_text(user), "Password": password}
    made = PsObject.typed("System.Management.Automation.PSCredential", properties)
    made.methods["GetNetworkCredential"] = lambda: _network(to_text(user), password)
    return made


def _network(user: str, password: Any = "", domain: Any = "") -> PsObject:
    if not domain and "\\" in user:
        domain, _, user = user.partition("\\")
    secret = password if isinstance(password, SecureString) else SecureString(to_text(password))
    properties = {"UserName": user, "Domain": to_text(domain)}
    made = PsObject.typed(_NETWORK, properties)
    made.base = secret
    return made


CREDENTIAL = declare(
    "System.Management.Automation.PSCredential", Members(new=new_credential), aliases=("pscredential",)
)
NETWORK_CREDENTIAL = declare(
    _NETWORK,
    Members(
        new=_network,
        get={"Password": lambda target: target.base.plain, "SecurePassword": lambda target: target.base},
    ),
)


def _append(target: SecureString, char: object) -> None:
    target.plain += to_text(char)


def _clear(target: SecureString) -> None:
    target.plain = ""


SECURE_STRING = declare(
    "System.Security.SecureString",
    Members(
        new=lambda: SecureString(""),
        methods={
            "AppendChar": _append,
            "Clear": _clear,
            "Copy": lambda target: SecureString(target.plain),
            "MakeReadOnly": lambda _target: None,
            "Dispose": lambda _target: None,
        },
        get={"Length": lambda target: len(target.plain)},
    ),
    aliases=("securestring",),
    python=SecureString,
)


def _pointer(secret: SecureString) -> PsObject:
    made = PsObject.typed("System.IntPtr", text="IntPtr")
    made.base = SecureString(secret.plain)
    return made


def _text_at(pointer: PsObject) -> str:
    return pointer.base.plain if isinstance(pointer.base, SecureString) else ""


def _free(pointer: PsObject) -> None:
    pointer.base = None


_READ = ("PtrToStringAuto", "PtrToStringBSTR", "PtrToStringUni", "PtrToStringAnsi")
MARSHAL = declare(
    "System.Runtime.InteropServices.Marshal",
    Members(
        static={
            "SecureStringToBSTR": _pointer,
            "SecureStringToGlobalAllocUnicode": _pointer,
            **dict.fromkeys(_READ, _text_at),
            "ZeroFreeBSTR": _free,
            "ZeroFreeGlobalAllocUnicode": _free,
            "ReleaseComObject": lambda _target: 0,
        }
    ),
)
