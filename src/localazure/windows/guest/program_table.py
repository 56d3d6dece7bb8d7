"""The programs that a guest can run."""

from __future__ import annotations

from localazure.windows.machine.processes import ProgramTable
from localazure.windows.programs.cmd import Cmd
from localazure.windows.programs.powershell_program import PowerShell
from localazure.windows.programs.small import EventUtility, HostName, ShutDown, WhoAmI
from localazure.windows.sysprep.program import Sysprep


def program_table() -> ProgramTable:
    """A new one for every boot, by image name."""
    return ProgramTable(
        {
            "cmd.exe": Cmd(),
            "hostname.exe": HostName(),
            "powershell.exe": PowerShell(),
            "shutdown.exe": ShutDown(),
            "sysprep.exe": Sysprep(),
            "wevtutil.exe": EventUtility(),
            "whoami.exe": WhoAmI(),
        }
    )
