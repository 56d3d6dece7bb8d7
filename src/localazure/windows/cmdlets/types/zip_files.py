"""System.IO.Compression.ZipFile over the machine's files."""

from __future__ import annotations

import io
import zipfile

from localazure.windows.cmdlets.compress_archive import pack
from localazure.windows.cmdlets.session import machine_of
from localazure.windows.cmdlets.types.files import place_of, said
from localazure.windows.powershell.dotnet.building import Members, declare, with_engine
from localazure.windows.powershell.engine_api import EngineApi
from localazure.windows.powershell.errors import error
from localazure.windows.powershell.types import DotnetType


def _create(engine: EngineApi, source: object, archive: object, *_: object) -> None:
    """Of what is in the folder, hidden or not, and not of the folder itself."""
    files = machine_of(engine).files
    with said():
        folder, target = place_of(engine, source), place_of(engine, archive)
        if files.exists(target):
            raise error("System.IO.IOException", f"The file '{target}' already exists.", "IOException", "NotSpecified")
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as content:
            for each in files.list(folder):
                pack(files, content, str(each.path), each.name)
        files.write_bytes(target, packed.getvalue())


def zip_types() -> list[DotnetType]:
    return [declare("System.IO.Compression.ZipFile", Members(static={"CreateFromDirectory": with_engine(_create)}))]
