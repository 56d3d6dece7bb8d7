"""Identify (DSP0226 11): what answers here. Windows tells strangers nothing of its version."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from localazure.windows.winrm.namespaces import IDENTITY, SOAP, WSMAN, soap
from localazure.windows.winrm.settings import AuthSettings

_PROFILES = "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile"


def asks_identity(envelope: Element) -> bool:
    return envelope.find(f"{soap('Body')}/{{{IDENTITY}}}Identify") is not None


def identity(os_version: str, auth: AuthSettings | None) -> bytes:
    """The whole answer; ``auth`` is None towards a stranger, and the version then not told."""
    version = f"OS: {os_version if auth else '0.0.0'} SP: 0.0 Stack: 3.0"
    return (
        f'<s:Envelope xml:lang="en-US" xmlns:s="{SOAP}"><s:Header/><s:Body>'
        f'<wsmid:IdentifyResponse xmlns:wsmid="{IDENTITY}">'
        f"<wsmid:ProtocolVersion>{WSMAN}</wsmid:ProtocolVersion>"
        "<wsmid:ProductVendor>Microsoft Corporation</wsmid:ProductVendor>"
        f"<wsmid:ProductVersion>{version}</wsmid:ProductVersion>{_security(auth) if auth else ''}"
        "</wsmid:IdentifyResponse></s:Body></s:Envelope>"
    ).encode()


def _security(auth: AuthSettings) -> str:
    names = [f"{_PROFILES}/http/basic"] if auth.basic else []
    names += [f"{_PROFILES}/http/spnego-kerberos"] if auth.negotiate else []
    inner = "".join(f"<wsmid:SecurityProfileName>{name}</wsmid:SecurityProfileName>" for name in names)
    return f"<wsmid:SecurityProfiles>{inner}</wsmid:SecurityProfiles>"
