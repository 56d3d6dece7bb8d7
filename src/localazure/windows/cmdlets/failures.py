"""Windows' refusals as PowerShell errors: exception type, text and id, as .NET and the commands give them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from localazure.windows.machine.errors import MachineError
from localazure.windows.powershell.commands import Call
from localazure.windows.powershell.errors import ErrorRecord, PsError, PsException

_KINDS = {
    2: ("System.IO.FileNotFoundException", "ObjectNotFound"),
    3: ("System.IO.DirectoryNotFoundException", "ObjectNotFound"),
    5: ("System.UnauthorizedAccessException", "PermissionDenied"),
    15: ("System.IO.DriveNotFoundException", "ObjectNotFound"),
    123: ("System.ArgumentException", "InvalidArgument"),
    206: ("System.IO.PathTooLongException", "InvalidArgument"),
}
_FILE_TEXTS = {
    2: "Could not find file '{0}'.",
    3: "Could not find a part of the path '{0}'.",
    5: "Access to the path '{0}' is denied.",
    32: "The process cannot access the file '{0}' because it is being used by another process.",
    80: "The file '{0}' already exists.",
    183: "Cannot create '{0}' because a file or directory with the same name already exists.",
    123: "Illegal characters in path.",
    206: (
        "The specified path, file name, or both are too long. The fully qualified file name must be less than 260 "
        "characters, and the directory name must be less than 248 characters."
    ),
    267: "The directory name is invalid.",
}


def file_failure(failure: MachineError, error_id: str = "", category: str = "") -> PsError:
    """How System.IO says it, with the path in the text."""
    kind, usual = _KINDS.get(failure.code, ("System.IO.IOException", "WriteError"))
    text = _FILE_TEXTS.get(failure.code, failure.text).format(failure.subject)
    record = ErrorRecord(
        PsException(kind, text, properties={"HResult": hresult(failure.code)}),
        error_id or kind.rpartition(".")[2],
        category or usual,
        failure.subject,
    )
    return PsError(record)


def com_failure(failure: MachineError, error_id: str = "") -> PsError:
    """How a COM object says it: HRESULT and the system's text."""
    number = hresult(failure.code)
    text = f"{failure.text} (Exception from HRESULT: 0x{number & 0xFFFFFFFF:08X})"
    kind = "System.UnauthorizedAccessException" if failure.code & 0xFFFF == 5 else None
    exception = PsException(
        kind or "System.Runtime.InteropServices.COMException",
        text,
        properties={"HResult": number, "ErrorCode": number},
    )
    return PsError(ErrorRecord(exception, error_id or exception.type_name, "OperationStopped"))


def cim_failure(failure: MachineError, error_id: str, target: object = None) -> PsError:
    """How commands made of WMI classes (CDXML) say it."""
    number = hresult(failure.code)
    exception = PsException(
        "Microsoft.Management.Infrastructure.CimException", f"{failure.text} ", properties={"HResult": number}
    )
    category = {2: "ObjectNotFound", 5: "PermissionDenied", 183: "ResourceExists"}.get(failure.code & 0xFFFF)
    return PsError(
        ErrorRecord(exception, f"HRESULT 0x{number & 0xFFFFFFFF:08x},{error_id}", category or "NotSpecified", target)
    )


def hresult(code: int) -> int:
    """The signed HRESULT of a Win32 number or HRESULT."""
    code &= 0xFFFFFFFF
    full = code if code >> 16 else 0x80070000 | code
    return full - (1 << 32) if full >= 1 << 31 else full


@contextmanager
def reported(call: Call) -> Iterator[None]:
    """Write what goes wrong with one object as a non-terminating error, so that the next one has its turn."""
    try:
        yield
    except PsError as failure:
        if failure.stops_script or failure.reported:
            raise
        call.write_failure(failure)
    except MachineError as failure:
        call.write_failure(file_failure(failure))
