"""One place in a running script: what it sees, and what commands called from there are given as their engine."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from localazure.windows.powershell import lineage, members, variables
from localazure.windows.powershell.collecting import Collectors
from localazure.windows.powershell.comparison import compare, equals
from localazure.windows.powershell.conversions import is_true
from localazure.windows.powershell.converter import Converter
from localazure.windows.powershell.engine_api import UNSET
from localazure.windows.powershell.preferences import Preferences
from localazure.windows.powershell.scopes import Scope
from localazure.windows.powershell.streams import PipelineState, Streams
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.type_names import type_name
from localazure.windows.powershell.values import CaselessDict, ScriptBlock

if TYPE_CHECKING:
    from localazure.windows.powershell.commands import Call, CommandTable
    from localazure.windows.powershell.engine import Engine
    from localazure.windows.powershell.errors import Position
    from localazure.windows.powershell.host import Host
    from localazure.windows.powershell.types import TypeTable

_FIELDS = (
    "activity",
    "advanced",
    "args",
    "block",
    "bound",
    "called_at",
    "catching",
    "collectors",
    "command_name",
    "common",
    "depth",
    "engine",
    "input",
    "invocation_name",
    "name_position",
    "parameter_set",
    "pipeline",
    "position",
    "scope",
    "script",
    "streams",
    "underscore",
)


class Frame(Preferences):
    """The scope, $_, streams and preferences of one place; `derive` makes that of a place within."""

    __slots__ = _FIELDS

    def __init__(self, engine: "Engine", scope: Scope) -> None:
        self.engine = engine
        self.scope = scope
        self.underscore: Any = None
        self.args: list[Any] = []
        self.input: Iterable[Any] = ()
        self.bound: CaselessDict = CaselessDict()
        self.block: ScriptBlock | None = None
        self.streams = Streams()
        self.common: CaselessDict = CaselessDict()
        self.catching = False
        self.collectors: Collectors = {}
        self.advanced = False
        self.depth = 0
        self.activity = ""
        self.invocation_name = ""
        self.command_name = ""
        self.parameter_set = ""
        self.pipeline = PipelineState()
        self.called_at: Position | None = None
        self.name_position: Position | None = None
        self.script: str | None = None
        self.position: Position | None = None

    def derive(self, **changes: Any) -> "Frame":
        made = Frame.__new__(Frame)
        for name in _FIELDS:
            setattr(made, name, getattr(self, name))
        for name, value in changes.items():
            setattr(made, name, value)
        return made

    @property
    def machine(self) -> Any:
        return self.engine.host.machine

    @property
    def host(self) -> "Host":
        return self.engine.host

    @property
    def commands(self) -> "CommandTable":
        return self.engine.commands

    @property
    def types(self) -> "TypeTable":
        return self.engine.types

    @property
    def location(self) -> str:
        return self.engine.host.location

    def invoke(
        self,
        block: ScriptBlock,
        args: Sequence[object] = (),
        input: Iterable[object] = (),  # noqa: A002 - PowerShell's own name for it
        *,
        underscore: object = UNSET,
        new_scope: bool = False,
    ) -> Iterator[Any]:
        frame = self if underscore is UNSET else self.derive(underscore=underscore)
        return self.engine.run_block(frame, block, args, input, new_scope=new_scope)

    def invoke_with(self, block: ScriptBlock, args: Sequence[object], *, this: object) -> Iterator[Any]:
        """Runs a block in a scope of its own where $this is the object it belongs to."""
        scope = Scope(self.scope)
        scope.assign("this", this)
        return self.engine.run_block(self.derive(scope=scope), block, args, ())

    def evaluate(self, block: ScriptBlock, *args: object, underscore: object = UNSET) -> Any:
        found = list(self.invoke(block, args, underscore=underscore))
        return found if len(found) > 1 else (found[0] if found else None)

    def run_text(self, text: str) -> Iterator[Any]:
        return self.engine.run_block(self, self.make_block(text), (), ())

    def make_block(self, text: str) -> ScriptBlock:
        return self.engine.compile(text)

    def run_command(
        self,
        name: str,
        parameters: "dict[str, object] | None" = None,
        args: Sequence[object] = (),
        input: Iterable[object] = (),  # noqa: A002
    ) -> Iterator[Any]:
        return self.engine.run_named(self, name, parameters or {}, args, input)

    def find_command(self, name: str) -> object | None:
        return self.engine.find(self, name)

    def functions(self) -> CaselessDict:
        found = CaselessDict()
        for scope in reversed(self.scope.chain()):
            found.update(dict(scope.functions.values()))
        return found

    def aliases(self) -> CaselessDict:
        found = CaselessDict(self.commands.aliases)
        for scope in reversed(self.scope.chain()):
            found.update(dict(scope.aliases.values()))
        return found

    def set_alias(self, name: str, definition: str, scope: str | None = None) -> None:
        self.scope.named(scope or "0").aliases[name.lower()] = (name, definition)

    def remove_function(self, name: str) -> None:
        for scope in self.scope.chain():
            if scope.functions.pop(name.lower(), None) is not None:
                return

    def remove_alias(self, name: str) -> None:
        for scope in self.scope.chain():
            if scope.aliases.pop(name.lower(), None) is not None:
                return
        self.commands.aliases.pop(name, None)

    def bind_pipeline(self, call: "Call") -> "Iterator[CaselessDict]":
        return self.engine.bind_pipeline(self, call)

    def get_variable(self, name: str, scope: str | None = None) -> Any:
        if scope is not None:
            return self.scope.named(scope).variables[name.lower()].value if self.has_variable(name, scope) else None
        return variables.reader(name)(self)

    def has_variable(self, name: str, scope: str | None = None) -> bool:
        if scope is not None:
            return name.lower() in self.scope.named(scope).variables
        return self.scope.find(name.lower()) is not None or name.lower() in variables.AUTOMATIC

    def set_variable(self, name: str, value: object, scope: str | None = None) -> None:
        variables.assign(self, f"{scope}:{name}" if scope and not scope.isdigit() else name, value)

    def remove_variable(self, name: str, scope: str | None = None) -> None:
        for one in self.scope.chain() if scope is None else [self.scope.named(scope)]:
            if one.variables.pop(name.lower(), None) is not None:
                return

    def variables(self, scope: str | None = None) -> CaselessDict:
        return variables.visible(self, scope)

    def environment_variable(self, name: str) -> str | None:
        folded = name.lower()
        for key, value in self.host.environment.items():
            if key.lower() == folded:
                return value
        return None

    def set_environment_variable(self, name: str, value: object) -> None:
        environment = self.host.environment
        spelled = next((key for key in environment if key.lower() == name.lower()), name)
        if value is None or value == "":
            environment.pop(spelled, None)
        else:
            environment[spelled] = to_text(value)

    def drive_content(self, drive: str, path: str) -> Any:
        r"""${c:\path}: a file's content, which only the host could know; this model has none."""
        del drive, path

    def convert(self, value: object, name: str) -> Any:
        return Converter(self).convert(value, name)

    def to_text(self, value: object) -> str:
        return to_text(value)

    def is_true(self, value: object) -> bool:
        return is_true(value)

    def equals(self, left: object, right: object) -> bool:
        return equals(left, right)

    def compare(self, left: object, right: object, *, case_sensitive: bool = False) -> int:
        return compare(left, right, case_sensitive=case_sensitive)

    def type_name(self, value: object) -> str:
        return type_name(value)

    def type_names(self, value: object) -> list[str]:
        return lineage.type_chain(value, self.types)

    def member_types(self, value: object) -> list[str]:
        """The types whose members a value has, interfaces included."""
        return [*self.type_names(value), *lineage.interfaces(value)]

    def property_names(self, value: object) -> list[str]:
        """The names of the properties a value's types declare."""
        found: dict[str, None] = {}
        for name in self.type_names(value):
            known = self.types.find(name)
            found.update(dict.fromkeys(known.members.get("getter") or () if known is not None else ()))
        return list(found)

    def has_property(self, value: object, name: str) -> bool:
        return members.has_property(self, value, name)

    def get_property(self, value: object, name: str) -> Any:
        return members.get_property(self, value, name)

    def set_property(self, value: object, name: str, new: object) -> None:
        members.set_property(self, value, name, new)

    def call_method(self, value: object, name: str, *args: object) -> Any:
        return members.call_method(self, value, name, args)
