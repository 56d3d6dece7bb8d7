"""Start-Transcript and Stop-Transcript: files that keep what the console shows, errors too."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from localazure.windows.cmdlets.encodings import encode
from localazure.windows.cmdlets.failures import file_failure
from localazure.windows.cmdlets.providers.locations import locate
from localazure.windows.cmdlets.session import Session, machine_of, session_of
from localazure.windows.machine.errors import MachineError
from localazure.windows.machine.machine import Machine
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.defaults import version_table
from localazure.windows.powershell.dotnet.times import now
from localazure.windows.powershell.errors import error
from localazure.windows.powershell.text import to_text

_HOST = "Microsoft.PowerShell.Host"
_LINE = "*" * 22


def transcribe(machine: Machine, session: Session, text: str) -> None:
    """Puts text of the console into the session's transcripts. A full disk or a removed folder loses it."""
    for path in session.transcripts:
        with suppress(MachineError):
            _append(machine, path, text)


def _append(machine: Machine, path: str, text: str, mode: str = "a") -> None:
    files = machine.files
    place = files.path(path)
    data = encode(text.replace("\r\n", "\n").replace("\n", "\r\n"), "utf8", first=not files.is_file(place))
    with files.open(place, mode, "read") as file:
        file.write(data)


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y%m%d%H%M%S")


def _head(call: Call) -> str:
    engine, user = call.engine, session_of(call.engine).user
    versions = []
    for name, value in version_table().items():
        shown = ", ".join(map(to_text, value)) if isinstance(value, list) else to_text(value)
        versions.append(f"{name}: {shown}")
    lines = [
        _LINE,
        "Windows PowerShell transcript start",
        f"Start time: {_stamp(now(engine))}",
        f"Username: {user.account}",
        f"RunAs User: {user.account}",
        "Configuration Name: ",
        f"Machine: {engine.get_variable('env:COMPUTERNAME')} (Microsoft Windows NT 10.0.20348.0)",
        r"Host Application: C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe",
        f"Process ID: {engine.host.process_id}",
        *versions,
        _LINE,
    ]
    return "".join(f"{line}\n" for line in lines)


def _chosen_path(call: Call) -> str:
    """The file that is named, or one with a name of its own in the folder that is, or in the user's documents."""
    given = call.get("Path") or call.get("LiteralPath")
    if given:
        return to_text(given)
    folder = call.get("OutputDirectory") or f"{call.engine.get_variable('env:USERPROFILE')}\\Documents"
    computer, unique = call.engine.get_variable("env:COMPUTERNAME"), secrets.token_urlsafe(6)
    return f"{to_text(folder)}\\PowerShell_transcript.{computer}.{unique}.{_stamp(now(call.engine))}.txt"


@command(
    "Start-Transcript",
    module=_HOST,
    should_process=True,
    parameters=(
        Parameter("Path", position=0, kind=str),
        Parameter("LiteralPath", kind=str, aliases=("PSPath",)),
        Parameter("OutputDirectory", kind=str),
        Parameter("Append", switch=True),
        Parameter("Force", switch=True),
        Parameter("NoClobber", switch=True, aliases=("NoOverwrite",)),
        Parameter("IncludeInvocationHeader", switch=True),
    ),
)
def start_transcript(call: Call) -> Iterator[object]:
    """Begins a file with a head; missing folders are made."""
    machine, place = machine_of(call.engine), locate(call.engine, _chosen_path(call))
    files = machine.files
    try:
        path = files.path(place.path)
        if files.is_file(path) and call.switch("NoClobber") and not call.switch("Append"):
            text = f"File {place.path} already exists and NoClobber was specified."
            raise error("System.UnauthorizedAccessException", text, "NoClobber", "ResourceExists", place.path)
        if not call.should_process(str(place.path)):
            return
        files.make_folder(path.parent)
        if files.is_file(path) and not call.switch("Append"):
            files.delete(path)
        _append(machine, str(place.path), _head(call))
    except MachineError as failure:
        raise file_failure(failure, "CannotStartTranscription", "InvalidOperation") from failure
    session_of(call.engine).transcripts.append(str(place.path))
    yield f"Transcript started, output file is {place.path}"


@command("Stop-Transcript", module=_HOST)
def stop_transcript(call: Call) -> Iterator[object]:
    """Ends the transcript begun last."""
    session = session_of(call.engine)
    if not session.transcripts:
        text = "An error occurred stopping transcription: The host is not currently transcribing."
        raise error("System.Management.Automation.PSInvalidOperationException", text, "InvalidOperation")
    path = session.transcripts.pop()
    foot = (_LINE, "Windows PowerShell transcript end", f"End time: {_stamp(now(call.engine))}", _LINE)
    with suppress(MachineError):
        _append(machine_of(call.engine), path, "".join(f"{line}\n" for line in foot))
    yield f"Transcript stopped, output file is {path}"
