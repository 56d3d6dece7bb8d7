"""The programs that a guest can run."""

from __future__ import annotations

from localazure.windows.machine.processes import ProgramTable
from localazure.windows.programs.powershell_program import PowerShell
from localazure.windows.sysprep.program import Sysprep


def program_table() -> ProgramTable:
    """A new one for every boot, by image name."""
    return ProgramTable({"powershell.exe": PowerShell(), "sysprep.exe": Sysprep()})
