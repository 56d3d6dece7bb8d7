"""Compress-Archive, with the errors of Microsoft.PowerShell.Archive 1.0 that comes with Windows."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from localazure.windows.cmdlets.failures import file_failure
from localazure.windows.cmdlets.item_paths import FORCE, given_paths
from localazure.windows.cmdlets.providers.locations import Place, locate, resolve
from localazure.windows.cmdlets.session import machine_of
from localazure.windows.machine.errors import MachineError
from localazure.windows.machine.files import FileSystem
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.errors import PsError, error


@command(
    "Compress-Archive",
    module="Microsoft.PowerShell.Archive",
    should_process=True,
    parameters=(
        Parameter("Path", position=0, kind="System.String[]", pipeline="both"),
        Parameter("DestinationPath", position=1, kind=str, mandatory=True),
        Parameter("LiteralPath", kind="System.String[]", pipeline="property", aliases=("PSPath",)),
        Parameter("CompressionLevel", values=("Optimal", "NoCompression", "Fastest")),
        Parameter("Update", switch=True),
        FORCE,
    ),
)
def compress_archive(call: Call) -> None:
    """Pack files, and folders with what is in them. An archive that is there needs -Update or -Force."""
    files, wanted = machine_of(call.engine).files, str(call.get("DestinationPath"))
    archive = locate(call.engine, wanted if wanted.lower().endswith(".zip") else f"{wanted}.zip").path
    if files.exists(archive) and not (call.switch("Update") or call.switch("Force")):
        raise _exists(archive)
    packed = io.BytesIO(files.read_bytes(archive) if call.switch("Update") and files.exists(archive) else b"")
    try:
        with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as content:
            for place in _places(call):
                pack(files, content, place.path, place.name)
        files.write_bytes(archive, packed.getvalue())
    except MachineError as failure:
        raise file_failure(failure) from failure


def _places(call: Call) -> Iterator[Place]:
    for record in call.records():
        for text, literal in given_paths(call, record):
            try:
                yield from resolve(call.engine, text, literal=literal)
            except PsError:
                why = f"The path '{text}' either does not exist or is not a valid file system path."
                raise error("System.ArgumentException", why, "PathNotFound", "InvalidArgument", text) from None


def pack(files: FileSystem, content: zipfile.ZipFile, path: str, name: str) -> None:
    """Put a file into an archive, or a folder with all below it, under that name. Raises MachineError."""
    if files.is_file(path):
        content.writestr(name, files.read_bytes(path))
        return
    below = files.list(path)
    if not below:
        content.writestr(f"{name}/", b"")
    for each in below:
        pack(files, content, str(each.path), f"{name}/{each.name}")


def _exists(archive: str) -> PsError:
    why = (
        f"The archive file {archive} already exists. Use the -Update parameter to update the existing archive file or "
        "use the -Force parameter to overwrite the existing archive file."
    )
    return error("System.IO.IOException", why, "ArchiveFileExists,Compress-Archive", "PermissionDenied", archive)
