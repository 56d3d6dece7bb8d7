"""ConvertTo-SecureString, ConvertFrom-SecureString, Get-Credential."""

from collections.abc import Iterator

from localazure.windows.powershell.cmdlets.common import SECURITY
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.dotnet.credentials import new_credential
from localazure.windows.powershell.errors import not_interactive
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.values import PsObject, SecureString, error

_MARK = "01000000d08c9ddf0115d1118c7a00c04fc297eb"
"""How a string that DPAPI protects begins. What follows is, in the model, only encoded: its disk is no secret."""


@command("ConvertTo-SecureString", module=SECURITY, parameters=(
    Parameter("String", position=0, kind=str, mandatory=True, pipeline="value"),
    Parameter("AsPlainText", switch=True),
    Parameter("Force", switch=True),
    Parameter("Key"),
    Parameter("SecureKey"),
))  # fmt: skip
def convert_to_secure_string(call: Call) -> Iterator[object]:
    for text in call.each("String"):
        if not call.switch("AsPlainText"):
            yield _unprotected(to_text(text))
        elif call.switch("Force"):
            yield SecureString(to_text(text))
        else:
            message = "The system cannot protect plain text input. To suppress this warning and convert the plain text "
            message += "to a SecureString, reissue the command specifying the Force parameter. For more information, "
            message += "type: get-help ConvertTo-SecureString."
            kind = "System.ArgumentException"
            raise error(kind, message, "ImportSecureString_ForceRequired", "InvalidArgument")


def _unprotected(text: str) -> SecureString:
    try:
        if not text.startswith(_MARK):
            raise ValueError(text)
        return SecureString(bytes.fromhex(text.removeprefix(_MARK)).decode("utf-16-le"))
    except ValueError:
        kind, message = "System.FormatException", "Input string was not in a correct format."
        error_id = "ImportSecureString_InvalidArgument"
        raise error(kind, message, error_id, "InvalidArgument") from None


@command("ConvertFrom-SecureString", module=SECURITY, parameters=(
    Parameter("SecureString", position=0, mandatory=True, pipeline="value"),
    Parameter("Key"),
    Parameter("SecureKey"),
))  # fmt: skip
def convert_from_secure_string(call: Call) -> Iterator[object]:
    for secret in call.each("SecureString"):
        yield _MARK + secret.plain.encode("utf-16-le").hex()


@command("Get-Credential", module=SECURITY, parameters=(
    Parameter("Credential", position=0),
    Parameter("Message", kind=str),
    Parameter("UserName", kind=str),
))  # fmt: skip
def get_credential(call: Call) -> Iterator[object]:
    """A credential that is given is given back; for any other somebody would have to be asked."""
    given = call.get("Credential")
    if isinstance(given, PsObject):
        yield given if given.type_name.endswith("PSCredential") else new_credential(given, SecureString(""))
        return
    raise not_interactive()
