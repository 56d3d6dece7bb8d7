"""Commands written in Python: how they are declared, what they are given, and where they are found."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, Literal

from localazure.windows.powershell.engine_api import EngineApi
from localazure.windows.powershell.errors import ErrorRecord, PsError, PsException, not_interactive
from localazure.windows.powershell.values import CaselessDict

PipelineBinding = Literal["value", "property", "both"]


@dataclass(frozen=True)
class Parameter:
    """One parameter.

    `kind` is a Python type, or the full name of a .NET type such as System.String[]; `position`
    counts from 0, None means by name only; `pipeline` says how pipeline objects reach it; `values` is a ValidateSet;
    `remaining` takes all positional arguments that are left; `allow_empty` lets a mandatory one be $null or empty.
    """

    name: str
    position: int | None = None
    kind: type | str = object
    pipeline: PipelineBinding | None = None
    aliases: tuple[str, ...] = ()
    mandatory: bool = False
    switch: bool = False
    values: tuple[str, ...] = ()
    remaining: bool = False
    allow_empty: bool = False


CommandFunction = Callable[["Call"], Iterable[object] | None]


@dataclass(frozen=True)
class Command:
    """A command: what @command makes of a function."""

    name: str
    function: CommandFunction
    parameters: tuple[Parameter, ...] = ()
    aliases: tuple[str, ...] = ()
    should_process: bool = False
    module: str = ""

    def __call__(self, call: "Call") -> Iterable[object] | None:
        return self.function(call)


def command(
    name: str,
    *,
    aliases: tuple[str, ...] = (),
    parameters: tuple[Parameter, ...] = (),
    should_process: bool = False,
    module: str = "",
) -> Callable[[CommandFunction], Command]:
    """Makes a command of a function that takes a Call and yields what goes down the pipeline."""

    def decorate(function: CommandFunction) -> Command:
        return Command(name, function, parameters, aliases, should_process, module)

    return decorate


@dataclass
class Call:
    """One invocation of a command.

    `parameters` holds what was bound by name and position, under the canonical names. Pipeline objects come from
    `input`; `each` and `records` bind them to the parameters that take pipeline input.
    """

    command: Command
    parameters: CaselessDict
    input: Iterator[Any]
    engine: EngineApi
    has_input: bool = False
    common: CaselessDict = field(default_factory=CaselessDict)

    @property
    def machine(self) -> Any:
        """The machine that the host models."""
        return self.engine.machine

    def get(self, name: str, default: Any = None) -> Any:
        """A bound parameter's value, else `default`."""
        return self.parameters.get(name, default)

    def switch(self, name: str) -> bool:
        """Whether a switch was given (and not as -Name:$false)."""
        return bool(self.parameters.get(name, False))

    def each(self, name: str) -> Iterator[Any]:
        """The values of one parameter one by one: those bound as an argument, else one or more per pipeline object."""
        for record in self.records():
            value = record.get(name)
            if isinstance(value, list):
                yield from value
            elif value is not None:
                yield value

    def records(self) -> Iterator[CaselessDict]:
        """The bound parameters, once per pipeline object with what it bound added, or just once without a pipeline."""
        return self.engine.bind_pipeline(self)

    def error(
        self,
        exception: str | PsException | ErrorRecord,
        message: str = "",
        error_id: str = "",
        category: str = "NotSpecified",
        target: object = None,
    ) -> None:
        """Writes a non-terminating error, given as a .NET exception's full name, an exception, or a whole record.

        Raises:
            PsError: when -ErrorAction or $ErrorActionPreference is Stop.
        """
        if isinstance(exception, str):
            exception = PsException(exception, message)
        if isinstance(exception, PsException):
            name = error_id or exception.type_name.rpartition(".")[2]
            exception = ErrorRecord(exception, name, category, target)
        self.engine.write_error(exception)

    def write_failure(self, failure: PsError) -> None:
        """Writes a caught terminating error as a non-terminating one."""
        self.engine.write_error(failure.record)

    def warning(self, message: str) -> None:
        self.engine.write_warning(message)

    def verbose(self, message: str) -> None:
        self.engine.write_verbose(message)

    def debug(self, message: str) -> None:
        self.engine.write_debug(message)

    def information(self, message: object) -> None:
        self.engine.write_information(message)

    def progress(self, activity: str, status: str = "", percent: int = -1) -> None:
        self.engine.write_progress(activity, status, percent)

    def host_line(self, text: str = "") -> None:
        """Writes a line to the console, which no redirection takes."""
        self.engine.host.write(text + "\n")

    def should_process(self, target: str, action: str | None = None) -> bool:
        """Whether to act: False under -WhatIf, which is told to the console."""
        if not (self.common.get("WhatIf") or self.engine.get_variable("WhatIfPreference")):
            if self.common.get("Confirm"):
                raise not_interactive()
            return True
        self.host_line(f'What if: Performing the operation "{action or self.command.name}" on target "{target}".')
        return False


class CommandTable:
    """The commands a PowerShell starts with, by name and by alias."""

    def __init__(self, commands: Iterable[Command] = ()) -> None:
        self.commands: CaselessDict = CaselessDict()
        self.aliases: CaselessDict = CaselessDict()
        for one in commands:
            self.add(one)

    @classmethod
    def of(cls, *modules: ModuleType) -> "CommandTable":
        """A table of every command these Python modules define."""
        table = cls()
        for module in modules:
            table.add_module(module)
        return table

    def add(self, one: Command) -> None:
        self.commands[one.name] = one
        for alias in one.aliases:
            self.aliases[alias] = one.name

    def add_module(self, module: ModuleType) -> None:
        for value in vars(module).values():
            if isinstance(value, Command):
                self.add(value)

    def find(self, name: str) -> Command | None:
        """The command of that name, aliases not followed."""
        found = self.commands.get(name)
        return found if isinstance(found, Command) else None

    def __iter__(self) -> Iterator[Command]:
        return iter(self.commands.values())
