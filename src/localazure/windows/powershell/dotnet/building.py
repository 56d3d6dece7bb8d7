"""Declaring a .NET type out of plain Python functions, most of which have no use for the engine."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import Parameter, Signature, signature
from typing import Any

from localazure.windows.powershell.types import DotnetType, Member, MemberKind
from localazure.windows.powershell.values import PsError, error

Function = Callable[..., Any]


@dataclass(frozen=True)
class WithEngine:
    """A function that takes the engine before its other arguments."""

    function: Function


def with_engine(function: Function) -> WithEngine:
    """Marks a member's function as one that takes the engine first."""
    return WithEngine(function)


Behaviour = Function | WithEngine


_ENGINE = Parameter("engine", Parameter.POSITIONAL_OR_KEYWORD)
_ANY = Parameter("args", Parameter.VAR_POSITIONAL)


def _signature(function: Function, *, has_engine: bool) -> Signature:
    """What the function takes, the engine first: PowerShell counts arguments before it calls."""
    try:
        taken = list(signature(function).parameters.values())
    except ValueError:
        taken = [_ANY]
    return Signature(taken if has_engine else [_ENGINE.replace(kind=_first_kind(taken)), *taken])


def _first_kind(taken: list[Parameter]) -> Any:
    is_bare = bool(taken) and taken[0].kind is Parameter.POSITIONAL_ONLY
    return Parameter.POSITIONAL_ONLY if is_bare else Parameter.POSITIONAL_OR_KEYWORD


def _member(kind: MemberKind, name: str, behaviour: Behaviour) -> Member:
    has_engine = isinstance(behaviour, WithEngine)
    function = behaviour.function if isinstance(behaviour, WithEngine) else behaviour

    def call(engine: object, *args: object) -> object:
        try:
            return function(engine, *args) if has_engine else function(*args)
        except (TypeError, ValueError, AttributeError, OverflowError) as failure:
            # What fits no parameter of any overload.
            count = len(args) - (kind == "method")
            text = f'Cannot find an overload for "{name}" and the argument count: "{count}".'
            exception = "System.Management.Automation.MethodException"
            raise error(exception, text, "MethodCountCouldNotFindBest") from failure

    call.__signature__ = _signature(function, has_engine=has_engine)  # type: ignore[attr-defined]
    return Member(kind, name, call)


def _constant(value: object) -> Function:
    return lambda: value


@dataclass(frozen=True)
class Members:
    """What a type has, by .NET name; instance members take the object first."""

    new: Behaviour | None = None
    static: Mapping[str, Behaviour] | None = None
    static_get: Mapping[str, Behaviour] | None = None
    static_set: Mapping[str, Behaviour] | None = None
    constants: Mapping[str, object] | None = None
    methods: Mapping[str, Behaviour] | None = None
    get: Mapping[str, Behaviour] | None = None
    set: Mapping[str, Behaviour] | None = None


def declare(
    name: str,
    members: Members,
    *,
    aliases: tuple[str, ...] = (),
    base: str = "System.Object",
    python: type | None = None,
) -> DotnetType:
    """A .NET type with these members; `python` is its values' class if not PsObject."""
    made = DotnetType(name, aliases, base, python)
    if members.new is not None:
        made.add(_member("constructor", "new", members.new))
    constants = {key: _constant(value) for key, value in (members.constants or {}).items()}
    groups: list[tuple[MemberKind, Mapping[str, Behaviour] | None]] = [
        ("static", members.static),
        ("static_getter", {**(members.static_get or {}), **constants}),
        ("static_setter", members.static_set),
        ("method", members.methods),
        ("getter", members.get),
        ("setter", members.set),
    ]
    for kind, behaviours in groups:
        for key, behaviour in (behaviours or {}).items():
            made.add(_member(kind, key, behaviour))
    return made


def argument_null(name: str) -> PsError:
    """ArgumentNullException."""
    return error("System.ArgumentNullException", f"Value cannot be null.\r\nParameter name: {name}")


def argument_wrong(text: str, name: str = "") -> PsError:
    """ArgumentException."""
    return error("System.ArgumentException", text + (f"\r\nParameter name: {name}" if name else ""))


def out_of_range(text: str, name: str) -> PsError:
    """ArgumentOutOfRangeException."""
    return error("System.ArgumentOutOfRangeException", f"{text}\r\nParameter name: {name}")


def bad_format(text: str = "Input string was not in a correct format.") -> PsError:
    """FormatException."""
    return error("System.FormatException", text)
