"""What a running PowerShell offers to commands and .NET types written in Python."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from localazure.windows.powershell.commands import Call, CommandTable
    from localazure.windows.powershell.errors import ErrorRecord, Position
    from localazure.windows.powershell.host import Host
    from localazure.windows.powershell.types import TypeTable
    from localazure.windows.powershell.values import CaselessDict, ScriptBlock

UNSET: Any = type("Unset", (), {"__repr__": lambda _: "UNSET"})()


class EngineApi(Protocol):
    """One place in a running script: variables and preferences are those seen from there."""

    @property
    def machine(self) -> Any: ...

    @property
    def host(self) -> "Host": ...

    @property
    def commands(self) -> "CommandTable": ...

    @property
    def types(self) -> "TypeTable": ...

    @property
    def called_at(self) -> "Position | None":
        """Where the function or script was called that this place is in."""

    @property
    def location(self) -> str:
        """The current folder."""

    def invoke(
        self,
        block: "ScriptBlock",
        args: Sequence[object] = (),
        input: Iterable[object] = (),  # noqa: A002 - PowerShell's own name for it
        *,
        underscore: object = UNSET,
        new_scope: bool = False,
    ) -> Iterator[Any]:
        """Runs a block and yields its output. `underscore` becomes $_; without `new_scope` it runs as dot-sourced."""

    def evaluate(self, block: "ScriptBlock", *args: object, underscore: object = UNSET) -> Any:
        """A block's output as one value: nothing, the one object, or a list."""

    def run_text(self, text: str) -> Iterator[Any]:
        """Runs PowerShell text in the caller's scope, as Invoke-Expression does. Raises PsError on a syntax error."""

    def make_block(self, text: str) -> "ScriptBlock":
        """Compiles text. Raises PsError (ParseException) on a syntax error."""

    def run_command(
        self,
        name: str,
        parameters: "dict[str, object] | None" = None,
        args: Sequence[object] = (),
        input: Iterable[object] = (),  # noqa: A002
    ) -> Iterator[Any]:
        """Runs a command found by name."""

    def find_command(self, name: str) -> object | None:
        """What a name runs: a Command, a function's ScriptBlock, an application's path as str, or None."""

    def functions(self) -> "CaselessDict":
        """Every function in sight, name to ScriptBlock."""

    def aliases(self) -> "CaselessDict":
        """Every alias in sight, name to definition."""

    def set_alias(self, name: str, definition: str, scope: str | None = None) -> None: ...

    def remove_function(self, name: str) -> None:
        """Takes away the nearest function of that name."""

    def remove_alias(self, name: str) -> None:
        """Takes away the nearest alias of that name, one that PowerShell starts with included."""

    def bind_pipeline(self, call: "Call") -> "Iterator[CaselessDict]": ...

    def get_variable(self, name: str, scope: str | None = None) -> Any:
        """A variable's value or None. `name` may carry a scope or drive: script:x, env:x."""

    def has_variable(self, name: str, scope: str | None = None) -> bool: ...

    def set_variable(self, name: str, value: object, scope: str | None = None) -> None: ...

    def remove_variable(self, name: str, scope: str | None = None) -> None: ...

    def variables(self, scope: str | None = None) -> "CaselessDict":
        """Every variable in sight, or of one scope."""

    def convert(self, value: object, type_name: str) -> Any:
        """A value as a .NET type, as a cast does. Raises PsError (InvalidCast…)."""

    def to_text(self, value: object) -> str:
        """A value as "$value" shows it."""

    def is_true(self, value: object) -> bool: ...

    def equals(self, left: object, right: object) -> bool:
        """Whether `left -eq right` for scalars."""

    def compare(self, left: object, right: object, *, case_sensitive: bool = False) -> int:
        """Negative, 0, or positive, as -lt and -gt order them. Raises PsError when they cannot be compared."""

    def type_name(self, value: object) -> str:
        """The full .NET name of a value's type."""

    def type_names(self, value: object) -> list[str]:
        """The PSTypeNames of a value: its type and what that derives from."""

    def has_property(self, value: object, name: str) -> bool: ...

    def get_property(self, value: object, name: str) -> Any:
        """A property as $value.name gives it, None where there is none."""

    def set_property(self, value: object, name: str, new: object) -> None: ...

    def call_method(self, value: object, name: str, *args: object) -> Any: ...

    def write_error(self, record: "ErrorRecord") -> None: ...

    def write_warning(self, message: str) -> None: ...

    def write_verbose(self, message: str) -> None: ...

    def write_debug(self, message: str) -> None: ...

    def write_information(self, message: object) -> None: ...

    def write_progress(self, activity: str, status: str = "", percent: int = -1) -> None: ...

    def write_host(self, text: str) -> None:
        """Writes text to the console as Write-Host does; the line end is the caller's."""

    def error_text(self, record: "ErrorRecord") -> str:
        """An error record as the console shows it."""
