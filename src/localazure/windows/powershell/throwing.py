"""throw."""

from typing import TYPE_CHECKING, Any

from localazure.windows.powershell import values
from localazure.windows.powershell.errors import ErrorRecord, PsError, PsException
from localazure.windows.powershell.text import to_text

if TYPE_CHECKING:
    from localazure.windows.powershell.frames import Frame


def thrown(frame: "Frame", value: Any, *, given: bool) -> PsError:
    """The error that `throw value` raises; without a value, the one being caught or "ScriptHalted"."""
    if not given:
        if isinstance(frame.underscore, ErrorRecord):
            return PsError(frame.underscore, stops_script=True)
        value = "ScriptHalted"
    if isinstance(value, ErrorRecord):
        return PsError(value, stops_script=True)
    if isinstance(value, values.PsObject) and isinstance(value.base, PsException | ErrorRecord):
        value = value.base
    if isinstance(value, PsException):
        return PsError(ErrorRecord(value, value.message, "OperationStopped", None), stops_script=True)
    text = to_text(value)
    exception = PsException("System.Management.Automation.RuntimeException", text)
    return PsError(ErrorRecord(exception, text, "OperationStopped", value), stops_script=True)
