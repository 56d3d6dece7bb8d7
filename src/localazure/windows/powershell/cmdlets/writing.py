"""Write-Output, Write-Host, Write-Error and the other streams; Read-Host."""

from collections.abc import Iterator
from typing import Any

from localazure.windows.powershell.cmdlets.common import UTILITY, as_list
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.dotnet.enumerations import COLOURS
from localazure.windows.powershell.errors import ErrorRecord, PsException, not_interactive
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.values import error

_A = "System.Management.Automation."
_CATEGORIES = (
    "NotSpecified", "OpenError", "CloseError", "DeviceError", "DeadlockDetected", "InvalidArgument", "InvalidData",
    "InvalidOperation", "InvalidResult", "InvalidType", "MetadataError", "NotImplemented", "NotInstalled",
    "ObjectNotFound", "OperationStopped", "OperationTimeout", "SyntaxError", "ParserError", "PermissionDenied",
    "ResourceBusy", "ResourceExists", "ResourceUnavailable", "ReadError", "WriteError", "FromStdErr", "SecurityError",
    "ProtocolError", "ConnectionError", "AuthenticationError", "LimitsExceeded", "QuotaExceeded", "NotEnabled",
)  # fmt: skip
_MESSAGE = Parameter("Message", position=0, kind=str, pipeline="value", mandatory=True, aliases=("Msg",))


@command(
    "Write-Output",
    aliases=("echo", "write"),
    module=UTILITY,
    parameters=(
        Parameter("InputObject", position=0, pipeline="value", remaining=True),
        Parameter("NoEnumerate", switch=True),
    ),
)
def write_output(call: Call) -> Iterator[object]:
    """Objects into the pipeline, arrays item by item."""
    if "InputObject" not in call.parameters:
        yield from call.input
        return
    value = call.get("InputObject")
    value = value[0] if type(value) is list and len(value) == 1 else value
    if isinstance(value, list) and not call.switch("NoEnumerate"):
        yield from value
    else:
        yield value


@command(
    "Write-Host",
    module=UTILITY,
    parameters=(
        Parameter("Object", position=0, pipeline="value", remaining=True, aliases=("Msg", "Message")),
        Parameter("NoNewline", switch=True),
        Parameter("Separator"),
        Parameter("ForegroundColor", values=COLOURS),
        Parameter("BackgroundColor", values=COLOURS),
    ),
)
def write_host(call: Call) -> None:
    """Text to the console, past the pipeline."""
    separator = to_text(call.get("Separator", " "))
    items = [call.get("Object")] if "Object" in call.parameters else list(call.input) if call.has_input else [""]
    for item in items:
        text = _joined(item, separator)
        call.engine.write_host(text if call.switch("NoNewline") else text + "\n")


def _joined(value: Any, separator: str) -> str:
    if isinstance(value, list | tuple):
        return separator.join(_joined(item, separator) for item in value)
    return to_text(value)


@command(
    "Write-Error",
    module=UTILITY,
    parameters=(
        Parameter("Message", position=0, kind=str, pipeline="value", aliases=("Msg",)),
        Parameter("Exception"),
        Parameter("ErrorRecord"),
        Parameter("Category", values=_CATEGORIES),
        Parameter("ErrorId", kind=str),
        Parameter("TargetObject"),
        Parameter("RecommendedAction", kind=str),
        Parameter("CategoryActivity", kind=str, aliases=("Activity",)),
        Parameter("CategoryReason", kind=str, aliases=("Reason",)),
        Parameter("CategoryTargetName", kind=str, aliases=("TargetName",)),
        Parameter("CategoryTargetType", kind=str, aliases=("TargetType",)),
    ),
)
def write_error(call: Call) -> None:
    """A non-terminating error of the script's own."""
    given = call.get("ErrorRecord")
    if isinstance(given, ErrorRecord):
        call.engine.write_error(given)
        return
    exception = call.get("Exception")
    if exception is not None:
        _write(
            call,
            exception if isinstance(exception, PsException) else PsException("System.Exception", to_text(exception)),
        )
        return
    for message in call.each("Message"):
        _write(call, PsException("Microsoft.PowerShell.Commands.WriteErrorException", to_text(message)))


def _write(call: Call, exception: PsException) -> None:
    message = call.get("Message")
    details = to_text(message) if message is not None and "Exception" in call.parameters else None
    error_id = to_text(call.get("ErrorId")) or exception.type_name
    category = to_text(call.get("Category", "NotSpecified"))
    record = ErrorRecord(exception, error_id, category, call.get("TargetObject"), details=details)
    record.reason = to_text(call.get("CategoryReason"))
    _own(call, record)
    call.engine.write_error(record)


def _own(call: Call, record: ErrorRecord) -> None:
    """The error is that of the function or script that calls Write-Error, and stands where that was called."""
    record.activity = to_text(call.get("CategoryActivity")) or "Write-Error"
    invocation = call.engine.get_variable("MyInvocation")
    command = invocation.get("MyCommand")
    name = command.get("Name")
    if name:
        record.fully_qualified_error_id += f",{name}"
    record.header = to_text(command.get("Path") or invocation.get("InvocationName") or command.get("Definition"))
    record.position, record.placed = call.engine.called_at, True


@command("Write-Warning", module=UTILITY, parameters=(_MESSAGE,))
def write_warning(call: Call) -> None:
    for message in call.each("Message"):
        call.warning(to_text(message))


@command("Write-Verbose", module=UTILITY, parameters=(_MESSAGE,))
def write_verbose(call: Call) -> None:
    for message in call.each("Message"):
        call.verbose(to_text(message))


@command("Write-Debug", module=UTILITY, parameters=(_MESSAGE,))
def write_debug(call: Call) -> None:
    for message in call.each("Message"):
        call.debug(to_text(message))


@command("Write-Information", module=UTILITY, parameters=(
    Parameter("MessageData", position=0, pipeline="value", mandatory=True, aliases=("Msg", "Message")),
    Parameter("Tags", position=1),
))  # fmt: skip
def write_information(call: Call) -> None:
    for message in call.each("MessageData"):
        call.information(message)


@command(
    "Write-Progress",
    module=UTILITY,
    parameters=(
        Parameter("Activity", position=0, kind=str, mandatory=True),
        Parameter("Status", position=1, kind=str),
        Parameter("Id", position=2, kind=int),
        Parameter("PercentComplete", kind=int),
        Parameter("SecondsRemaining", kind=int),
        Parameter("CurrentOperation", kind=str),
        Parameter("ParentId", kind=int),
        Parameter("SourceId", kind=int),
        Parameter("Completed", switch=True),
    ),
)
def write_progress(call: Call) -> None:
    status = "Completed" if call.switch("Completed") else to_text(call.get("Status", "Processing"))
    call.progress(to_text(call.get("Activity")), status, int(call.get("PercentComplete", -1)))


@command("Read-Host", module=UTILITY, parameters=(
    Parameter("Prompt", position=0, remaining=True),
    Parameter("AsSecureString", switch=True),
))  # fmt: skip
def read_host(call: Call) -> None:
    """Nobody is there to ask, so it refuses as powershell.exe -NonInteractive does."""
    if not call.engine.host.interactive:
        raise not_interactive()
    asked = " ".join(to_text(one) for one in as_list(call.get("Prompt")))
    text = f"A command that prompts the user failed because the host cannot show the prompt: {asked}"
    raise error(_A + "PSInvalidOperationException", text, "InvalidOperation", "InvalidOperation")
