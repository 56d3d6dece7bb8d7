"""Unprotect-CmsMessage: text that was encrypted for a certificate of this machine, or of its user (RFC 5652)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs7

from localazure.windows.cmdlets.session import machine_of, user_of
from localazure.windows.machine.certificates import StoredCertificate
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.errors import PsError, error

_MESSAGE = re.compile(r"-----BEGIN CMS-----\s*(.*?)\s*-----END CMS-----", re.DOTALL)


@command(
    "Unprotect-CmsMessage",
    module="Microsoft.PowerShell.Security",
    parameters=(Parameter("Content", position=0, kind=str, pipeline="value", mandatory=True),),
)
def unprotect_cms_message(call: Call) -> Iterator[object]:
    """Any certificate with a key in the machine's or the user's own store may be the recipient."""
    for content in call.each("Content"):
        yield _opened(call, _message(str(content)))


def _message(text: str) -> bytes:
    found = _MESSAGE.search(text)
    if found is None:
        text = (
            "The input contained no encrypted content. Specify the '-IncludeContext' parameter to output the original "
        )
        raise _failed(f"{text}content.", "InputContainedNoEncryptedContentIncludeContext")
    try:
        return base64.b64decode(found[1])
    except binascii.Error:
        raise _failed("ASN1 bad tag value met.\r\n") from None


def _opened(call: Call, message: bytes) -> str:
    for stored in _own(call):
        key = serialization.load_pem_private_key((stored.key_pem or "").encode(), None)
        if isinstance(key, rsa.RSAPrivateKey):
            try:
                return pkcs7.pkcs7_decrypt_der(message, stored.certificate, key, []).decode()
            except ValueError:
                continue
    raise _failed("The enveloped-data message does not contain the specified recipient.\r\n")


def _own(call: Call) -> list[StoredCertificate]:
    certificates = machine_of(call.engine).certificates
    stored = [*certificates.all("My", "CurrentUser", user_of(call.engine).sid), *certificates.all()]
    return [each for each in stored if each.key_pem]


def _failed(text: str, error_id: str = "System.Security.Cryptography.CryptographicException") -> PsError:
    return error("System.Security.Cryptography.CryptographicException", text, error_id, "InvalidArgument")
