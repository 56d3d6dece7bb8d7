"""New-TemporaryFile."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from localazure.windows.cmdlets.failures import file_failure
from localazure.windows.cmdlets.providers.locations import item_at, locate
from localazure.windows.cmdlets.session import machine_of
from localazure.windows.machine.errors import MachineError
from localazure.windows.powershell.commands import Call, command


@command("New-TemporaryFile", module="Microsoft.PowerShell.Utility", should_process=True)
def new_temporary_file(call: Call) -> Iterator[object]:
    """An empty file tmpXXXX.tmp in the folder for temporary files."""
    folder = str(call.engine.get_variable("env:TEMP") or r"C:\Windows\TEMP")
    place = locate(call.engine, rf"{folder}\tmp{secrets.token_hex(2).upper()}.tmp")
    try:
        machine_of(call.engine).files.write_bytes(place.path, b"")
    except MachineError as failure:
        raise file_failure(failure) from failure
    yield item_at(place)
