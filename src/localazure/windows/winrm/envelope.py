"""Write replies: the envelopes Windows writes, with its prefixes, which some clients match literally."""

from __future__ import annotations

import uuid
from xml.sax.saxutils import escape, quoteattr

from localazure.windows.winrm.faults import Fault
from localazure.windows.winrm.namespaces import ADDRESSING, ANONYMOUS, FAULT, WSMAN, XML_PREFIXES

_ROOT = '<s:Envelope xml:lang="en-US" ' + " ".join(f'xmlns:{key}="{uri}"' for key, uri in XML_PREFIXES.items()) + ">"


def reply(action: str, relates_to: str, body: str) -> bytes:
    """One answer.

    Args:
        action: of the answer, such as ``…/transfer/CreateResponse``.
        relates_to: the request's MessageID.
        body: XML, using the prefixes of :data:`XML_PREFIXES`.
    """
    related = f"<a:RelatesTo>{escape(relates_to)}</a:RelatesTo>" if relates_to else ""
    header = (
        f"<a:Action>{escape(action)}</a:Action><a:MessageID>uuid:{new_id()}</a:MessageID>"
        f"<a:To>{ANONYMOUS}</a:To>{related}"
    )
    return f"{_ROOT}<s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>".encode()


def fault_reply(fault: Fault, relates_to: str, machine: str) -> bytes:
    """One fault; ``machine`` is how the client addressed this computer."""
    family = ADDRESSING if fault.subcode.startswith(("a:", "s:")) else WSMAN.removesuffix(".xsd")
    code = "s:Receiver" if fault.receiver else "s:Sender"
    subcode = f"<s:Subcode><s:Value>{fault.subcode}</s:Value></s:Subcode>"
    reason = f'<s:Text xml:lang="en-US">{escape(fault.reason)} </s:Text>'
    body = (
        f"<s:Fault><s:Code><s:Value>{code}</s:Value>{subcode}</s:Code><s:Reason>{reason}</s:Reason>"
        f"<s:Detail>{_detail(fault, machine)}</s:Detail></s:Fault>"
    )
    return reply(f"{family}/fault", relates_to, body)


def _detail(fault: Fault, machine: str) -> str:
    detail = f"<w:FaultDetail>{fault.detail_uri}</w:FaultDetail>" if fault.detail else ""
    message = escape(fault.message or fault.reason) + " "
    if fault.provider:
        name, path = fault.provider
        message = f'<f:ProviderFault provider="{name}" path="{path}">{message}</f:ProviderFault>'
    attributes = f'xmlns:f="{FAULT}" Code="{fault.code}" Machine={quoteattr(machine)}'
    return f"{detail}<f:WSManFault {attributes}><f:Message>{message}</f:Message></f:WSManFault>"


def new_id() -> str:
    """An identifier in Windows' upper-case form."""
    return str(uuid.uuid4()).upper()
