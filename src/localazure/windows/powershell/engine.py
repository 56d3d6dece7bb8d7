"""The engine: what all places of one running PowerShell share."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from typing import Any

from localazure.windows.powershell import defaults, invocation, language_types
from localazure.windows.powershell.binding import Argument
from localazure.windows.powershell.commands import Call, Command, CommandTable
from localazure.windows.powershell.compile_statements import Compiler
from localazure.windows.powershell.error_stream import ErrorStream
from localazure.windows.powershell.errors import ErrorRecord, PsError, PsException
from localazure.windows.powershell.flow import ExitFlow
from localazure.windows.powershell.frames import Frame
from localazure.windows.powershell.host import Host
from localazure.windows.powershell.native import run_native
from localazure.windows.powershell.parse import parse
from localazure.windows.powershell.scopes import Scope
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.types import TypeTable
from localazure.windows.powershell.values import CaselessDict, PsList, ScriptBlock, error

_KEPT_ERRORS = 256


class Engine:
    """Commands, types, the global scope and $Error of one powershell.exe."""

    def __init__(self, host: Host, commands: CommandTable, types: TypeTable) -> None:
        self.host = host
        self.commands = commands
        self.types = types
        types.add_module(language_types)
        self.last_ok: bool = True
        self.errors = PsList()
        self.error_stream = ErrorStream(host)
        self.console_encoding = "cp437"
        self.global_scope = Scope()
        self.top = Frame(self, self.global_scope)
        defaults.declare(self)

    def compile(self, text: str, file: str | None = None) -> ScriptBlock:
        """A script's text as a block.

        Raises:
            PsError: a syntax error (ParserError).
        """
        tree = parse(text, file)
        if tree.source is None:
            raise TypeError("a parsed script has a source")
        return Compiler(tree.source).block(tree)

    def remember(self, record: ErrorRecord) -> None:
        """Puts an error at the head of $Error."""
        if not (self.errors and self.errors[0] is record):
            self.errors.insert(0, record)
            del self.errors[_KEPT_ERRORS:]

    def run_block(
        self,
        frame: Frame,
        block: ScriptBlock,
        args: Sequence[object],
        given: Iterable[Any],
        *,
        new_scope: bool = False,
    ) -> Iterator[Any]:
        """Runs a block with positional arguments; `given` is its pipeline input where there is any."""
        flow = given if not isinstance(given, tuple) or given else None
        arguments = [Argument(one) for one in args]
        return invocation.run_function(frame, block, arguments, flow, new_scope=new_scope or bool(block.closure))

    def run_named(
        self, frame: Frame, name: str, parameters: dict[str, object], args: Sequence[object], given: Iterable[Any]
    ) -> Iterator[Any]:
        arguments = [Argument(value, key, True) for key, value in parameters.items()]
        arguments += [Argument(one) for one in args]
        flow = given if not isinstance(given, tuple) or given else None
        return self.run_command(frame, name, arguments, flow, "")

    def bind_pipeline(self, frame: Frame, call: Call) -> Iterator[CaselessDict]:
        return invocation.bind_pipeline(frame, call)

    def _target(self, frame: Frame, name: str) -> str:
        """What an alias means, another name as it is."""
        for _ in range(20):
            alias = frame.scope.alias(name.lower()) or self.commands.aliases.get(name)
            if alias is None:
                break
            name = alias
        return name

    def find(self, frame: Frame, name: str) -> Command | ScriptBlock | str | None:
        """What a name runs: alias, then function, then cmdlet, then program or script file; then Get-name."""
        name = self._target(frame, name)
        folded = name.lower()
        plain = folded.removeprefix("global:").rpartition("\\")[2] if "\\" in folded and ":" not in folded else folded
        found = frame.scope.function(folded) or self.commands.find(folded)
        if found is None and folded.startswith("microsoft.powershell."):
            found = self.commands.find(plain)
        if found is not None:
            return found
        path = self.host.resolve_application(name)
        if path is None and "-" not in folded and "\\" not in folded:
            return frame.scope.function(f"get-{folded}") or self.commands.find(f"get-{folded}")
        return path

    def run_command(
        self, frame: Frame, name: Any, arguments: list[Argument], given: Iterable[Any] | None, operator: str
    ) -> Iterator[Any]:
        """Runs what a name, a block or a command object stands for; `operator` is & or . or nothing."""
        new_scope = operator != "."
        if isinstance(name, ScriptBlock):
            return invocation.run_function(frame, name, arguments, given, new_scope=new_scope)
        if isinstance(name, Command):
            return invocation.run_python(frame, name, arguments, given, name.name)
        text = _command_name(frame, name)
        if not text:
            message = (
                f"The expression after '{operator or '&'}' in a pipeline element produced an object that was not "
                "valid. It must result in a command name, a script block, or a CommandInfo object."
            )
            raise error("System.Management.Automation.RuntimeException", message, "BadExpression", "InvalidOperation")
        found = self.find(frame, text)
        if isinstance(found, Command):
            return invocation.run_python(frame, found, arguments, given, text)
        if isinstance(found, ScriptBlock):
            name = frame.scope.spelled(self._target(frame, text).lower()) or text
            callee = invocation.Callee(name, text)
            return invocation.run_function(frame, found, arguments, given, callee=callee, new_scope=new_scope)
        if found is None:
            raise _not_found(frame, text)
        if found.lower().endswith(".ps1"):
            return self.run_script(frame, found, arguments, given, new_scope=new_scope)
        return run_native(frame, found, arguments, given)

    def run_script(
        self, frame: Frame, path: str, arguments: list[Argument], given: Iterable[Any] | None, *, new_scope: bool
    ) -> Generator[Any, None, int]:
        """Runs a script file; its exit sets $LASTEXITCODE and ends it alone. Gives its exit code, 0 without one."""
        text = self.host.read_script(path)
        if text is None:
            raise _not_found(frame, path)
        block = self.compile(text, path)
        return self._script_flow(frame, block, path, arguments, given, new_scope=new_scope)

    def _script_flow(
        self,
        frame: Frame,
        block: ScriptBlock,
        path: str,
        arguments: list[Argument],
        given: Iterable[Any] | None,
        *,
        new_scope: bool,
    ) -> Generator[Any, None, int]:
        callee = invocation.Callee(path.rpartition("\\")[2], script=path)
        try:
            yield from invocation.run_function(frame, block, arguments, given, callee=callee, new_scope=new_scope)
        except ExitFlow as leaving:
            self.global_scope.assign("LASTEXITCODE", leaving.code)
            frame.pipeline.failed |= leaving.code != 0
            return leaving.code
        return 0

    def lines_of(self, frame: Frame, items: Iterable[Any]) -> Iterator[str]:
        """Objects as the console shows them, line by line with line ends."""
        if self.commands.find("Out-String") is not None:
            for text in frame.run_command("Out-String", {"Stream": True}, input=list(items)):
                yield to_text(text) + "\r\n"
            return
        for item in items:
            yield (frame.error_text(item) if isinstance(item, ErrorRecord) else to_text(item)) + "\r\n"


def _command_name(frame: Frame, name: Any) -> str:
    """The name to look up; of a command object, its own."""
    if isinstance(name, str) or name is None:
        return to_text(name)
    own = frame.get_property(name, "Name")
    return to_text(own if own is not None else name)


def _not_found(frame: Frame, name: str) -> PsError:
    message = (
        f"The term '{name}' is not recognized as the name of a cmdlet, function, script file, or operable program. "
        "Check the spelling of the name, or if a path was included, verify that the path is correct and try again."
    )
    kind = "System.Management.Automation.CommandNotFoundException"
    exception = PsException(kind, message, properties={"CommandName": name})
    place = frame.name_position or frame.position
    record = ErrorRecord(exception, "CommandNotFoundException", "ObjectNotFound", name, position=place)
    record.header = name
    return PsError(record)
