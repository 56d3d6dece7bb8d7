"""Refusals with the codes and words of Windows.

Codes and general texts are those of the Windows SDK's wsmerror.h; the particular ones (a shell's id, a quota's number)
and the shape of faults are as recorded from Windows Server by the tests and issues of pypsrp, pywinrm and WinRb/WinRM.
Where no particular text of Windows' is on record, the general one is followed by what it is about, in parentheses.
"""

from __future__ import annotations

from dataclasses import dataclass

_DETAIL = "http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail"
CANNOT = "The WS-Management service cannot process the request"

OPERATION_TIMED_OUT = 2150858793


@dataclass(eq=False)
class Fault(Exception):
    """One SOAP fault.

    Attributes:
        code: the number in WSManFault.
        subcode: with its prefix, ``w:`` for WS-Management, ``a:`` for addressing, ``s:`` for SOAP itself.
        reason: the general text.
        message: the particular text, where it says more than the reason.
        detail: the last part of WS-Management's fault detail address.
        receiver: the fault is the service's, not the sender's.
        provider: name and file of the provider that refused.
    """

    code: int
    subcode: str
    reason: str
    message: str = ""
    detail: str = ""
    receiver: bool = False
    provider: tuple[str, str] | None = None

    def __str__(self) -> str:
        return f"{self.code}: {self.message or self.reason}"

    @property
    def detail_uri(self) -> str:
        return f"{_DETAIL}/{self.detail}" if self.detail else ""


def timed_out() -> Fault:
    text = "The WS-Management service cannot complete the operation within the time specified in OperationTimeout. "
    return Fault(OPERATION_TIMED_OUT, "w:TimedOut", text, receiver=True)


def unknown_resource(uri: str) -> Fault:
    reason = f"{CANNOT}. The service cannot find the resource identified by the resource URI and selectors."
    text = (
        f"{CANNOT}. The resource URI ({uri}) was not found in the WS-Management catalog. The catalog contains the "
        "metadata that describes resources, or logical endpoints."
    )
    return Fault(2150858811, "a:DestinationUnreachable", reason, text, "InvalidResourceURI")


def unknown_action(action: str) -> Fault:
    text = "The WS-Management service does not support the action specified in the request."
    return Fault(2150858771, "a:ActionNotSupported", text, f"{text} ({action})")


def action_mismatch(operation: str) -> Fault:
    reason = f"{CANNOT} because the WS-Addressing Action URI in the request is not compatible with the resource."
    text = f"{CANNOT}. The resource URI does not support the {operation} operation."
    return Fault(2150858801, "w:ActionMismatch", reason, text)


def missing_header(name: str) -> Fault:
    text = f"{CANNOT}. The request does not have all the expected SOAP headers."
    return Fault(2150858769, "a:MessageInformationHeaderRequired", text, f"{text} ({name})")


def not_understood(name: str) -> Fault:
    text = (
        "The WS-Management service cannot process a SOAP header in the request that is marked as mustUnderstand by "
        "the client. This could be caused by the use of a version of the protocol which is not supported, or may be "
        "an incompatibility between the client and server implementations."
    )
    return Fault(2150858768, "s:MustUnderstand", text, f"{text} ({name})")


def invalid_timeout(value: str) -> Fault:
    reason = f"{CANNOT}. The request contains one or more invalid SOAP headers."
    text = f"{CANNOT}. The XML contains an invalid timeout field in the SOAP header: {value}."
    return Fault(2150858767, "a:InvalidMessageInformationHeader", reason, text)


def envelope_too_small() -> Fault:
    text = f"{CANNOT} because the envelope size in the request is too small."
    return Fault(2150858878, "w:EncodingLimit", text, detail="MinimumEnvelopeLimit")


def invalid_xml() -> Fault:
    return Fault(2150858819, "w:SchemaValidationError", f"{CANNOT} because the XML is invalid.")


def schema_violation() -> Fault:
    text = (
        "The SOAP XML in the message does not match the corresponding XML schema definition. Change the XML and retry."
    )
    return Fault(2150858817, "w:SchemaValidationError", text)


def invalid_option(name: str) -> Fault:
    text = f"{CANNOT} because one or more of the options has an invalid value."
    return Fault(2150858835, "w:InvalidOptions", text, f"{text} ({name})", "InvalidValue")


def enumeration_ended() -> Fault:
    text = (
        "The WS-Enumeration context in the enumeration is not valid. Enumeration may have been completed or canceled. "
        "You cannot use this enumeration context anymore. Start a new enumeration."
    )
    return Fault(2150858779, "n:InvalidEnumerationContext", text, receiver=True)


def internal_error() -> Fault:
    return Fault(1359, "w:InternalError", "An internal error occurred.", receiver=True)
