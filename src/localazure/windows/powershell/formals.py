"""Parameters as the binder takes them, made of Python declarations and of param blocks with their attributes."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from localazure.windows.powershell import commands, syntax, values
from localazure.windows.powershell.binding import Formal, Validator
from localazure.windows.powershell.comparison import compare
from localazure.windows.powershell.conversions import is_true, to_array
from localazure.windows.powershell.regexes import compile_regex
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.type_names import full_name
from localazure.windows.powershell.values import PsError, error

if TYPE_CHECKING:
    from localazure.windows.powershell.frames import Frame

_KINDS: dict[type, str] = {
    str: "System.String",
    int: "System.Int64",
    bool: "System.Boolean",
    float: "System.Double",
    list: "System.Array",
    values.Table: "System.Collections.Hashtable",
    values.ScriptBlock: "System.Management.Automation.ScriptBlock",
    values.PsVersion: "System.Version",
}
_SWITCH = "System.Management.Automation.SwitchParameter"


def _invalid(name: str, reason: str) -> PsError:
    message = f"Cannot validate argument on parameter '{name}'. {reason}"
    kind = "System.Management.Automation.ParameterBindingValidationException"
    return error(kind, message, "ParameterArgumentValidationError", "InvalidData")


def validate_set(allowed: Sequence[str]) -> Validator:
    def check(_frame: "Frame", name: str, value: Any) -> None:
        for one in to_array(value):
            if to_text(one).lower() not in {item.lower() for item in allowed}:
                raise _invalid(
                    name,
                    f'The argument "{to_text(one)}" does not belong to the set "{",".join(allowed)}" specified by the '
                    "ValidateSet attribute. Supply an argument that is in the set and then try the command again.",
                )

    return check


def _validate_range(low: Any, high: Any) -> Validator:
    def check(_frame: "Frame", name: str, value: Any) -> None:
        for one in to_array(value):
            if compare(one, high) > 0:
                side = f"greater than the maximum allowed range of {to_text(high)}"
                verb = "less than or equal to"
            elif compare(one, low) < 0:
                side, verb = f"less than the minimum allowed range of {to_text(low)}", "greater than or equal to"
            else:
                continue
            limit = to_text(high if verb.startswith("less") else low)
            raise _invalid(
                name,
                f"The {to_text(one)} argument is {side}. Supply an argument that is {verb} {limit} and then try the "
                "command again.",
            )

    return check


def _validate_pattern(pattern: str) -> Validator:
    def check(_frame: "Frame", name: str, value: Any) -> None:
        for one in to_array(value):
            if not compile_regex(pattern, ignore_case=True).search(to_text(one)):
                raise _invalid(
                    name,
                    f'The argument "{to_text(one)}" does not match the "{pattern}" pattern. Supply an argument that '
                    f'matches "{pattern}" and try the command again.',
                )

    return check


def _validate_script(block: values.ScriptBlock) -> Validator:
    def check(frame: "Frame", name: str, value: Any) -> None:
        for one in to_array(value):
            if not is_true(frame.evaluate(block, underscore=one)):
                raise _invalid(
                    name,
                    f'The "{block.text}" validation script for the argument with value "{to_text(one)}" did not '
                    "return a result of True. Determine why the validation script failed, and then try the command "
                    "again.",
                )

    return check


def _validate_not_empty(_frame: "Frame", name: str, value: Any) -> None:
    if value is None:
        raise _invalid(
            name,
            "The argument is null. Provide a valid value for the argument, and then try running the command again.",
        )
    if value == "" or (isinstance(value, list) and not value):
        raise _invalid(
            name,
            "The argument is null or empty. Provide an argument that is not null or empty, and then try the command "
            "again.",
        )


def _validate_not_null(frame: "Frame", name: str, value: Any) -> None:
    if value is None:
        _validate_not_empty(frame, name, value)


def _short(size: int, low: Any) -> str:
    return (
        f"The character length ({size}) of the argument is too short. Specify an argument with a length that is "
        f'greater than or equal to "{to_text(low)}", and then try the command again.'
    )


def _long(size: int, high: Any) -> str:
    return (
        f"The character length of the {size} argument is too long. Shorten the character length of the argument so it "
        f'is fewer than or equal to "{to_text(high)}" characters, and then try the command again.'
    )


def _validate_length(low: Any, high: Any) -> Validator:
    def check(_frame: "Frame", name: str, value: Any) -> None:
        for one in to_array(value):
            size = len(to_text(one))
            if not low <= size <= high:
                raise _invalid(name, _short(size, low) if size < low else _long(size, high))

    return check


def _validate_count(low: Any, high: Any) -> Validator:
    def check(_frame: "Frame", name: str, value: Any) -> None:
        size = len(to_array(value))
        if not low <= size <= high:
            side, way, limit = (
                ("exceeds the maximum", "fewer", high) if size > high else ("is less than the minimum", "more", low)
            )
            raise _invalid(
                name,
                f"The number of provided arguments, ({size}), {side} number of allowed arguments ({limit}). "
                f"Provide {way} than {limit} arguments, and then try the command again.",
            )

    return check


_VALIDATORS: dict[str, Callable[..., Validator]] = {
    "validateset": lambda *args: validate_set([to_text(one) for one in args]),
    "validaterange": _validate_range,
    "validatepattern": _validate_pattern,
    "validatescript": _validate_script,
    "validatenotnullorempty": lambda: _validate_not_empty,
    "validatenotnull": lambda: _validate_not_null,
    "validatelength": _validate_length,
    "validatecount": _validate_count,
}


def of_command(command: "commands.Command") -> list[Formal]:
    """The parameters of a command written in Python."""
    return [_of_parameter(one) for one in command.parameters]


def _of_parameter(one: "commands.Parameter") -> Formal:
    kind = one.kind if isinstance(one.kind, str) else _KINDS.get(one.kind, "")
    made = Formal(
        one.name,
        _SWITCH if one.switch or one.kind is values.SwitchParameter else kind,
        one.position,
        one.aliases,
        one.mandatory,
    )
    made.from_value = one.pipeline in {"value", "both"}
    made.from_property = one.pipeline in {"property", "both"}
    made.remaining = one.remaining
    made.allow_empty = one.allow_empty
    if one.values:
        made.validators.append(validate_set(one.values))
    return made


def of_block(
    parameters: Sequence[syntax.FormalParameter], evaluate: Callable[[syntax.Node], Any], *, positional: bool
) -> list[Formal]:
    """The parameters of a param block; `evaluate` works out the constants in attributes."""
    formals = [_of_syntax(one, evaluate) for one in parameters]
    if positional and all(one.position is None for one in formals):
        at = 0
        for one in formals:
            if not one.is_switch:
                one.position = at
                at += 1
    return formals


def _of_syntax(one: syntax.FormalParameter, evaluate: Callable[[syntax.Node], Any]) -> Formal:
    made = Formal(one.name, full_name(one.types[-1]) if one.types else "")
    for attribute in one.attributes:
        name = attribute.name.lower().removeprefix("system.management.automation.").removesuffix("attribute")
        arguments = [evaluate(node) for node in attribute.positional]
        if name == "parameter":
            _apply(made, {key: True if node is None else evaluate(node) for key, node in attribute.named.items()})
        elif name == "alias":
            made.aliases = (*made.aliases, *(to_text(item) for item in arguments))
        elif name.startswith("allow"):
            made.allow_empty = True
        elif name in _VALIDATORS:
            made.validators.append(_VALIDATORS[name](*arguments))
    return made


def _apply(made: Formal, named: dict[str, Any]) -> None:
    """What one [Parameter(...)] says."""
    own_set = named.get("parametersetname")
    if own_set is not None:
        made.sets = made.sets | {to_text(own_set).lower()}
        made.set_names = (*made.set_names, to_text(own_set))
    if is_true(named.get("mandatory")):
        if own_set is None:
            made.mandatory = True
        else:
            made.mandatory_sets = made.mandatory_sets | {to_text(own_set).lower()}
    if named.get("position") is not None:
        made.position = int(named["position"])
    made.from_value |= is_true(named.get("valuefrompipeline"))
    made.from_property |= is_true(named.get("valuefrompipelinebypropertyname"))
    made.remaining |= is_true(named.get("valuefromremainingarguments"))
