"""Refusals with the codes and words of Windows.

Codes and general texts are those of the Windows SDK's wsmerror.h; the particular ones (a shell's id, a quota's number)
and the shape of faults are as recorded from Windows Server by the tests and issues of pypsrp, pywinrm and WinRb/WinRM.
"""

from __future__ import annotations

from dataclasses import dataclass

from localazure.windows.winrm.shell_host import ShellHostError

_DETAIL = "http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail"
_CANNOT = "The WS-Management service cannot process the request"
_SELECTORS = f"{_CANNOT} because the request contained invalid selectors for the resource."
SHELL_PROVIDER = ("Shell cmd plugin", r"%systemroot%\system32\winrscmd.dll")

OPERATION_TIMED_OUT = 2150858793
UNEXPECTED_SELECTORS = 2150858843
TOO_MANY_SHELLS = 2150859173
TOO_MANY_OPERATIONS = 2150859174


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


def shell_not_found(shell_id: str) -> Fault:
    text = (
        f"The request for the Windows Remote Shell with ShellId {shell_id} failed because the shell was not found on "
        "the server. Possible causes are: the specified ShellId is incorrect or the shell no longer exists on the "
        "server. Provide the correct ShellId or create a new shell and retry the operation."
    )
    return Fault(UNEXPECTED_SELECTORS, "w:InvalidSelectors", _SELECTORS, text, "UnexpectedSelectors")


def command_not_found() -> Fault:
    text = (
        "The Windows Remote Shell received a request to perform an operation on a command identifier that does not "
        "exist. Either the command has completed execution or the client specified an invalid command identifier."
    )
    return Fault(UNEXPECTED_SELECTORS, "w:InvalidSelectors", _SELECTORS, text, "UnexpectedSelectors")


def service_stopping() -> Fault:
    text = (
        "The WS-Management service on the remote machine cannot process the shell request. This can happen if the "
        "WS-Management service on the remote machine was being shutdown. To correct this problem restart the "
        "WS-Management service on the remote machine and re-send the shell request."
    )
    return Fault(2150859118, "w:InternalError", text, receiver=True)


def shell_id_required() -> Fault:
    text = (
        "The Windows Remote Shell cannot process the request because it requires the following selector: ShellId. "
        "Retry with the correct selector."
    )
    return Fault(2150858842, "w:InvalidSelectors", _SELECTORS, text, "InsufficientSelectors")


def invalid_shell_id() -> Fault:
    text = (
        "The WinRM service cannot process the request because the shell ID specified by the client is not a valid "
        "GUID. Provide a valid ID and try again."
    )
    return Fault(2150859221, "w:InvalidParameter", text, detail="InvalidValue")


def invalid_command_id() -> Fault:
    text = (
        "The WinRM service cannot process the request because the command ID specified by the client is not a valid "
        "GUID. Modify the request and retry the request."
    )
    return Fault(2150859220, "w:InvalidParameter", text, detail="InvalidValue")


def shell_exists() -> Fault:
    text = (
        "The WinRM service cannot process the request. A resource already exists with the shell ID specified by the "
        "client."
    )
    return Fault(2150859223, "w:AlreadyExists", text)


def command_exists() -> Fault:
    text = (
        "The WinRM service cannot process the request. A command already exists with the command ID specified by the "
        "client."
    )
    return Fault(2150859222, "w:AlreadyExists", text)


def access_denied() -> Fault:
    return Fault(5, "w:AccessDenied", "Access is denied.")


def too_many_shells(limit: int) -> Fault:
    reason = (
        f"{_CANNOT}. The maximum number of concurrent shells for this user has been exceeded. Close existing shells or "
        "raise the quota for this user."
    )
    text = (
        f"{_CANNOT}. This user is allowed a maximum number of {limit} concurrent shells, which has been exceeded. "
        "Close existing shells or raise the quota for this user."
    )
    return Fault(TOO_MANY_SHELLS, "w:QuotaLimit", reason, text)


def too_many_operations(limit: int) -> Fault:
    reason = (
        f"{_CANNOT}. The maximum number of concurrent operations for this user has been exceeded. Close existing "
        "operations for this user, or raise the quota for this user."
    )
    text = (
        f"{_CANNOT}. This user is allowed a maximum number of {limit} concurrent operations, which has been exceeded. "
        "Close existing operations for this user, or raise the quota for this user."
    )
    return Fault(TOO_MANY_OPERATIONS, "w:QuotaLimit", reason, text)


def unknown_resource(uri: str) -> Fault:
    reason = f"{_CANNOT}. The service cannot find the resource identified by the resource URI and selectors."
    text = (
        f"{_CANNOT}. The resource URI ({uri}) was not found in the WS-Management catalog. The catalog contains the "
        "metadata that describes resources, or logical endpoints."
    )
    return Fault(2150858811, "a:DestinationUnreachable", reason, text, "InvalidResourceURI")


def unknown_action(action: str) -> Fault:
    text = "The WS-Management service does not support the action specified in the request."
    return Fault(2150858771, "a:ActionNotSupported", text, f"{text} ({action})")


def action_mismatch(operation: str) -> Fault:
    reason = f"{_CANNOT} because the WS-Addressing Action URI in the request is not compatible with the resource."
    text = f"{_CANNOT}. The resource URI does not support the {operation} operation."
    return Fault(2150858801, "w:ActionMismatch", reason, text)


def missing_header(name: str) -> Fault:
    reason = f"{_CANNOT}. The request does not have all the expected SOAP headers."
    text = f"{_CANNOT}. The SOAP header is missing: {name}."
    return Fault(2150858769, "a:MessageInformationHeaderRequired", reason, text)


def not_understood(name: str) -> Fault:
    text = (
        "The WS-Management service cannot process a SOAP header in the request that is marked as mustUnderstand by "
        "the client. This could be caused by the use of a version of the protocol which is not supported, or may be "
        "an incompatibility between the client and server implementations."
    )
    return Fault(2150858768, "s:MustUnderstand", text, f"{text} ({name})")


def invalid_timeout(value: str) -> Fault:
    reason = f"{_CANNOT}. The request contains one or more invalid SOAP headers."
    text = f"{_CANNOT}. The XML contains an invalid timeout field in the SOAP header: {value}."
    return Fault(2150858767, "a:InvalidMessageInformationHeader", reason, text)


def envelope_too_small() -> Fault:
    text = f"{_CANNOT} because the envelope size in the request is too small."
    return Fault(2150858878, "w:EncodingLimit", text, detail="MinimumEnvelopeLimit")


def invalid_xml() -> Fault:
    return Fault(2150858819, "w:SchemaValidationError", f"{_CANNOT} because the XML is invalid.")


def schema_violation() -> Fault:
    text = (
        "The SOAP XML in the message does not match the corresponding XML schema definition. Change the XML and retry."
    )
    return Fault(2150858817, "w:SchemaValidationError", text)


def invalid_option(name: str) -> Fault:
    text = f"{_CANNOT} because one or more of the options has an invalid value."
    return Fault(2150858835, "w:InvalidOptions", text, f"{text} ({name})", "InvalidValue")


def invalid_parameter() -> Fault:
    text = "The parameter is incorrect."
    return Fault(87, "w:InvalidParameter", text, detail="InvalidValue", provider=SHELL_PROVIDER)


def enumeration_ended() -> Fault:
    text = (
        "The WS-Enumeration context in the enumeration is not valid. Enumeration may have been completed or canceled. "
        "You cannot use this enumeration context anymore. Start a new enumeration."
    )
    return Fault(2150858779, "n:InvalidEnumerationContext", text, receiver=True)


def host_refused(error: ShellHostError) -> Fault:
    """A Win32 error of the shell's provider, as an HRESULT."""
    code = error.code if error.code > 0xFFFF else 0x80070000 | error.code
    return Fault(code, "w:InternalError", str(error), receiver=True, provider=SHELL_PROVIDER)


def internal_error() -> Fault:
    return Fault(1359, "w:InternalError", "An internal error occurred.", receiver=True)
