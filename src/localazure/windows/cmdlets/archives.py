"""Expand-Archive, with the errors of Microsoft.PowerShell.Archive 1.0 that comes with Windows."""

from __future__ import annotations

import shutil
import zipfile
from datetime import UTC, datetime

from localazure.windows.cmdlets.failures import file_failure
from localazure.windows.cmdlets.item_paths import FORCE, given_paths
from localazure.windows.cmdlets.providers.locations import locate, resolve
from localazure.windows.cmdlets.session import machine_of
from localazure.windows.machine.errors import MachineError
from localazure.windows.machine.files import FileSystem
from localazure.windows.machine.paths import WindowsPath
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.errors import PsError, error

_BLOCK = 1 << 20


@command(
    "Expand-Archive",
    module="Microsoft.PowerShell.Archive",
    should_process=True,
    parameters=(
        Parameter("Path", position=0, kind=str, pipeline="both"),
        Parameter("LiteralPath", kind=str, pipeline="property", aliases=("PSPath",)),
        Parameter("DestinationPath", position=1, kind=str),
        FORCE,
    ),
)
def expand_archive(call: Call) -> None:
    """Unpack a zip archive. A file that is there stays, and is an error, unless it may be overwritten (-Force)."""
    files = machine_of(call.engine).files
    archive = _archive(call, files)
    wanted = call.get("DestinationPath")
    target = files.path(locate(call.engine, str(wanted) if wanted else archive.name.rpartition(".")[0]).path)
    if not call.should_process(str(archive), "Expand"):
        return
    try:
        files.make_folder(target)
        with files.open(archive, "r") as packed, zipfile.ZipFile(packed) as content:
            for entry in content.infolist():
                _expand(call, files, (archive, target), content, entry)
    except zipfile.BadZipFile as failure:
        raise error(
            "System.Management.Automation.MethodInvocationException",
            'Exception calling ".ctor" with "3" argument(s): "End of Central Directory record could not be found."',
            "ConstructorInvokedThrowException,Microsoft.PowerShell.Commands.NewObjectCommand",
            "InvalidOperation",
        ) from failure
    except MachineError as failure:
        raise file_failure(failure) from failure


def _archive(call: Call, files: FileSystem) -> WindowsPath:
    """The one archive that is meant."""
    text, literal = next(each for record in call.records() for each in given_paths(call, record, ""))
    try:
        place = resolve(call.engine, text, literal=literal)[0]
    except PsError:
        raise _refusal(
            f"The path '{text}' either does not exist or is not a valid file system path.", "PathNotFound", text
        ) from None
    path = files.path(place.path)
    ending = f".{path.name.rpartition('.')[2]}"
    if ending.lower() != ".zip":
        why = f"{ending} is not a supported archive file format. .zip is the only supported archive file format."
        raise _refusal(why, "NotSupportedArchiveFileExtension", text)
    return path


def _refusal(text: str, error_id: str, target: str) -> PsError:
    return error("System.ArgumentException", text, f"{error_id},Expand-Archive", "InvalidArgument", target)


def _expand(
    call: Call,
    files: FileSystem,
    way: tuple[WindowsPath, WindowsPath],
    content: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
) -> None:
    archive, target = way
    path = files.path(entry.filename.replace("/", "\\").rstrip("\\"), target)
    if entry.is_dir():
        files.make_folder(path)
        return
    files.make_folder(path.parent)
    if files.exists(path) and not call.switch("Force"):
        _report_kept(call, path, archive, target)
        return
    with content.open(entry) as packed, files.open(path, "w") as file:
        shutil.copyfileobj(packed, file, _BLOCK)
    files.set_times(path, written=datetime(*entry.date_time, tzinfo=UTC))


def _report_kept(call: Call, path: WindowsPath, archive: WindowsPath, target: WindowsPath) -> None:
    why = (
        f"Failed to create file '{path}' while expanding the archive file '{archive}' contents as the file '{path}' "
        f"already exists. Use the -Force parameter if you want to overwrite the existing directory '{target}' contents "
        "when expanding the archive file."
    )
    call.error("System.IO.IOException", why, "ExpandArchiveFileExists,Expand-Archive", "PermissionDenied", str(path))
