"""powershell.exe on the modelled machine."""

from __future__ import annotations

from typing import BinaryIO

from localazure.windows.cmdlets.tables import add_commands, machine_types
from localazure.windows.machine.processes import ProcessContext
from localazure.windows.powershell.engine import Engine
from localazure.windows.powershell.session import run_powershell
from localazure.windows.powershell.standard import standard_commands, standard_types
from localazure.windows.programs.powershell_host import ModelHost


def make_engine(context: ProcessContext) -> Engine:
    """An engine with the language's commands and the machine's."""
    commands, types = standard_commands(), standard_types()
    add_commands(commands, context.machine)
    for each in machine_types():
        types.add(each)
    engine = Engine(ModelHost(context), commands, types)
    # Programs of the model write UTF-8, whatever the console shows.
    engine.console_encoding = "utf-8"
    return engine


class PowerShell:
    def run(self, context: ProcessContext) -> int:
        def build(_: BinaryIO, __: BinaryIO, ___: BinaryIO) -> Engine:
            return make_engine(context)

        return run_powershell(context.arguments, context.stdin, context.stdout, context.stderr, build)
