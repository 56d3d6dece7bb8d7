"""What the remote shells refuse; see :mod:`localazure.windows.winrm.faults` for where the words come from."""

from __future__ import annotations

from localazure.windows.winrm.faults import CANNOT, Fault
from localazure.windows.winrm.shell_host import ShellHostError

_SELECTORS = f"{CANNOT} because the request contained invalid selectors for the resource."
_PROVIDER = ("Shell cmd plugin", r"%systemroot%\system32\winrscmd.dll")

_UNEXPECTED_SELECTORS = 2150858843


def shell_not_found(shell_id: str) -> Fault:
    text = (
        f"The request for the Windows Remote Shell with ShellId {shell_id} failed because the shell was not found on "
        "the server. Possible causes are: the specified ShellId is incorrect or the shell no longer exists on the "
        "server. Provide the correct ShellId or create a new shell and retry the operation."
    )
    return Fault(_UNEXPECTED_SELECTORS, "w:InvalidSelectors", _SELECTORS, text, "UnexpectedSelectors")


def command_not_found() -> Fault:
    text = (
        "The Windows Remote Shell received a request to perform an operation on a command identifier that does not "
        "exist. Either the command has completed execution or the client specified an invalid command identifier."
    )
    return Fault(_UNEXPECTED_SELECTORS, "w:InvalidSelectors", _SELECTORS, text, "UnexpectedSelectors")


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
        f"{CANNOT}. The maximum number of concurrent shells for this user has been exceeded. Close existing shells or "
        "raise the quota for this user."
    )
    text = (
        f"{CANNOT}. This user is allowed a maximum number of {limit} concurrent shells, which has been exceeded. "
        "Close existing shells or raise the quota for this user."
    )
    return Fault(2150859173, "w:QuotaLimit", reason, text)


def too_many_operations(limit: int) -> Fault:
    reason = (
        f"{CANNOT}. The maximum number of concurrent operations for this user has been exceeded. Close existing "
        "operations for this user, or raise the quota for this user."
    )
    text = (
        f"{CANNOT}. This user is allowed a maximum number of {limit} concurrent operations, which has been exceeded. "
        "Close existing operations for this user, or raise the quota for this user."
    )
    return Fault(2150859174, "w:QuotaLimit", reason, text)


def invalid_parameter() -> Fault:
    text = "The parameter is incorrect."
    return Fault(87, "w:InvalidParameter", text, detail="InvalidValue", provider=_PROVIDER)


def host_refused(error: ShellHostError) -> Fault:
    """A Win32 error of the shell's provider, as an HRESULT."""
    code = error.code if error.code > 0xFFFF else 0x80070000 | error.code
    return Fault(code, "w:InternalError", str(error), receiver=True, provider=_PROVIDER)
