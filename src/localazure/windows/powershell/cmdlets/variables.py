"""Get-, Set-, New-, Clear- and Remove-Variable."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from localazure.windows.powershell.cmdlets.common import UTILITY, as_list
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.regexes import has_wildcards, wildcard_regex
from localazure.windows.powershell.scopes import Cell, Scope, check_writable
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.values import Getter, Property, PsObject, error
from localazure.windows.powershell.variables import AUTOMATIC

if TYPE_CHECKING:
    from localazure.windows.powershell.frames import Frame

_A = "System.Management.Automation."
_OPTIONS = ("None", "ReadOnly", "Constant", "Private", "AllScope", "Unspecified")
_SCOPE = Parameter("Scope", kind=str)
_NAME = Parameter("Name", position=0, kind="System.String[]", pipeline="property")
_MADE = (
    Parameter("Value", position=1, pipeline="both"),
    Parameter("Description", kind=str),
    Parameter("Option", values=_OPTIONS),
    Parameter("Visibility"),
    Parameter("Force", switch=True),
    Parameter("PassThru", switch=True),
    _SCOPE,
)


def _frame(call: Call) -> "Frame":
    return cast("Frame", call.engine)


def _scope(call: Call) -> Scope:
    return _frame(call).scope.named(to_text(call.get("Scope")) or "0")


def _visible(call: Call) -> dict[str, Cell]:
    scopes = [_scope(call)] if "Scope" in call.parameters else _frame(call).scope.chain()
    found: dict[str, Cell] = {}
    for scope in reversed(scopes):
        found.update(scope.variables)
    return found


def _missing(call: Call, name: str) -> None:
    call.error(
        _A + "ItemNotFoundException",
        f"Cannot find a variable with the name '{name}'.",
        "VariableNotFound",
        "ObjectNotFound",
        name,
    )


def _named(call: Call, names: list[str]) -> Iterator[Cell]:
    """The variables of these names; writes an error for one that there is not."""
    visible = _visible(call)
    for name in names:
        if has_wildcards(name):
            yield from (visible[key] for key in sorted(visible) if wildcard_regex(name).match(key))
        elif name.lower() in visible:
            yield visible[name.lower()]
        elif name.lower() in AUTOMATIC:
            yield Cell(name, AUTOMATIC[name.lower()](_frame(call)))
        else:
            _missing(call, name)


def _variable(cell: Cell) -> PsObject:
    def write(_: PsObject, value: object) -> None:
        check_writable(cell)
        cell.value = value

    properties = {
        "Name": cell.name,
        "Value": Property(lambda _: cell.value, write),
        "Options": Getter(lambda _: cell.options or "None"),
        "Description": "",
    }
    return PsObject.typed(_A + "PSVariable", properties, text=f"{_A}PSVariable ({cell.name})")


@command("Get-Variable", aliases=("gv",), module=UTILITY, parameters=(
    _NAME,
    Parameter("ValueOnly", switch=True),
    Parameter("Include"),
    Parameter("Exclude"),
    _SCOPE,
))  # fmt: skip
def get_variable(call: Call) -> Iterator[object]:
    names = [to_text(name) for name in as_list(call.get("Name"))] or ["*"]
    for cell in _named(call, names):
        yield cell.value if call.switch("ValueOnly") else _variable(cell)


@command("Set-Variable", aliases=("sv", "set"), module=UTILITY, should_process=True, parameters=(_NAME, *_MADE))
def set_variable(call: Call) -> Iterator[object]:
    given = list(call.input) if call.has_input and "Value" not in call.parameters else None
    value = call.get("Value") if given is None else given[0] if len(given) == 1 else given
    scope = _scope(call)
    for name in as_list(call.get("Name")):
        cell = scope.variables.get(name.lower())
        if cell is None:
            cell = scope.variables[name.lower()] = Cell(name)
        elif not (call.switch("Force") and cell.options == "ReadOnly"):
            check_writable(cell)
        cell.value = value
        _set_option(call, cell)
        if call.switch("PassThru"):
            yield _variable(cell)


@command("New-Variable", aliases=("nv",), module=UTILITY, should_process=True, parameters=(_NAME, *_MADE))
def new_variable(call: Call) -> Iterator[object]:
    scope = _scope(call)
    for name in as_list(call.get("Name")):
        if name.lower() in scope.variables and not call.switch("Force"):
            text = f"A variable with name '{name}' already exists."
            kind = _A + "SessionStateException"
            call.error(kind, text, "VariableAlreadyExists", "ResourceExists", name)
            continue
        cell = scope.variables[name.lower()] = Cell(name, call.get("Value"))
        _set_option(call, cell)
        if call.switch("PassThru"):
            yield _variable(cell)


def _set_option(call: Call, cell: Cell) -> None:
    option = to_text(call.get("Option")).title()
    if option:
        cell.options = {"Readonly": "ReadOnly", "Constant": "Constant", "Private": "Private"}.get(option, "")


@command("Clear-Variable", aliases=("clv",), module=UTILITY, should_process=True, parameters=(
    _NAME,
    Parameter("Force", switch=True),
    _SCOPE,
))  # fmt: skip
def clear_variable(call: Call) -> None:
    for cell in _named(call, as_list(call.get("Name"))):
        check_writable(cell)
        cell.value = None


@command("Remove-Variable", aliases=("rv",), module=UTILITY, should_process=True, parameters=(
    _NAME,
    Parameter("Force", switch=True),
    _SCOPE,
))  # fmt: skip
def remove_variable(call: Call) -> None:
    for cell in list(_named(call, as_list(call.get("Name")))):
        if cell.options == "Constant" or (cell.options == "ReadOnly" and not call.switch("Force")):
            text = f"Cannot remove variable {cell.name} because it is constant or read-only. If the variable is "
            text += "read-only, try the operation again specifying the Force option."
            kind = _A + "SessionStateUnauthorizedAccessException"
            raise error(kind, text, "VariableNotRemovable", "WriteError", cell.name)
        for scope in _frame(call).scope.chain():
            if scope.variables.get(cell.name.lower()) is cell:
                del scope.variables[cell.name.lower()]
