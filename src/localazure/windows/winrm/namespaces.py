"""Names of the WS-Management family (MS-WSMV 2.2.1), and the prefixes Windows writes them with."""

from __future__ import annotations

SOAP = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
WSMAN = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
IDENTITY = "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"
MICROSOFT = "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"
SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
CONFIG = "http://schemas.microsoft.com/wbem/wsman/1/config"
FAULT = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"

ANONYMOUS = f"{ADDRESSING}/role/anonymous"
SHELL_CMD = f"{SHELL}/cmd"
XML_PREFIXES = {
    "s": SOAP, "a": ADDRESSING, "x": TRANSFER, "n": ENUMERATION, "w": WSMAN, "rsp": SHELL, "p": MICROSOFT,
}  # fmt: skip


def shell(name: str) -> str:
    """A shell element's name as the XML reader gives it."""
    return f"{{{SHELL}}}{name}"


def wsman(name: str) -> str:
    return f"{{{WSMAN}}}{name}"


def addressing(name: str) -> str:
    return f"{{{ADDRESSING}}}{name}"


def soap(name: str) -> str:
    return f"{{{SOAP}}}{name}"
