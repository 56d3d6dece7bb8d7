"""Binding of arguments to parameters: by name, by position, from the pipeline."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localazure.windows.powershell import parameter_sets, values
from localazure.windows.powershell.errors import Position
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.values import CaselessDict, PsError, error

if TYPE_CHECKING:
    from localazure.windows.powershell.frames import Frame

Validator = Callable[["Frame", str, Any], Any]
_BINDING = "System.Management.Automation.ParameterBindingException"
_SWITCH = "System.Management.Automation.SwitchParameter"


class WrittenParameter(str):
    """A parameter's name among $args: text, but @args gives it on as the name it was."""

    __slots__ = ()


@dataclass(slots=True)
class Argument:
    """An argument: `name` of -Name, `attached` when its value came with it (-Name:value, splatting).

    `place` says where it stands in the script, if it stands there.
    """

    value: Any = None
    name: str = ""
    attached: bool = False
    text: str = ""
    place: Callable[[], Position] | None = None

    @contextmanager
    def blamed(self) -> Iterator[None]:
        """What goes wrong within is this argument's doing."""
        try:
            yield
        except PsError as failure:
            if failure.record.has_no_place and self.place is not None:
                failure.record.position = self.place()
            raise


@dataclass(slots=True)
class Formal:
    """A parameter of a command or function, whatever declares it."""

    name: str
    type_name: str = ""
    position: int | None = None
    aliases: tuple[str, ...] = ()
    mandatory: bool = False
    from_value: bool = False
    from_property: bool = False
    remaining: bool = False
    sets: frozenset[str] = frozenset()
    """In lower case; `set_names` has them as they were written."""
    set_names: tuple[str, ...] = ()
    mandatory_sets: frozenset[str] = frozenset()
    validators: list[Validator] = field(default_factory=list)
    allow_empty: bool = False

    @property
    def is_switch(self) -> bool:
        return self.type_name == _SWITCH


COMMON = [
    *(Formal(name, _SWITCH, aliases=(alias,)) for name, alias in (("Verbose", "vb"), ("Debug", "db"))),
    *(
        Formal(name, aliases=(alias,))
        for name, alias in (
            ("ErrorAction", "ea"),
            ("WarningAction", "wa"),
            ("InformationAction", "infa"),
            ("ErrorVariable", "ev"),
            ("WarningVariable", "wv"),
            ("InformationVariable", "iv"),
            ("OutVariable", "ov"),
            ("OutBuffer", "ob"),
            ("PipelineVariable", "pv"),
        )
    ),
]
SHOULD_PROCESS = [Formal("WhatIf", _SWITCH, aliases=("wi",)), Formal("Confirm", _SWITCH, aliases=("cf",))]


def _failure(message: str, error_id: str, target: object = None) -> PsError:
    return error(_BINDING, message, error_id, "InvalidArgument", target)


def _twice(name: str) -> str:
    return (
        f"Cannot bind parameter because parameter '{name}' is specified more than once. To provide multiple values to "
        "parameters that can accept multiple values, use the array syntax. For example, "
        '"-parameter value1,value2,value3".'
    )


@dataclass
class Binder:
    """Binds one call's arguments; `common` are the common parameters this command takes."""

    frame: "Frame"
    formals: Sequence[Formal]
    common: Sequence[Formal]
    bound: CaselessDict = field(default_factory=CaselessDict)
    common_bound: CaselessDict = field(default_factory=CaselessDict)
    positional: list[Argument] = field(default_factory=list)
    default_set: str = ""
    parameter_set: str = parameter_sets.ALL

    def find(self, name: str) -> Formal:
        """The parameter a (perhaps shortened) name means.

        Raises:
            PsError: none (NamedParameterNotFound) or several (AmbiguousParameter) could be meant.
        """
        folded = name.lower()
        everything = [*self.formals, *self.common]
        for one in everything:
            if folded == one.name.lower() or folded in {alias.lower() for alias in one.aliases}:
                return one
        started = [one for one in everything if _starts(one, folded)]
        own = [one for one in started if one in self.formals]
        started = own if len(started) > 1 and len(own) == 1 else started
        if len(started) == 1:
            return started[0]
        if not started:
            message = f"A parameter cannot be found that matches parameter name '{name}'."
            raise _failure(message, "NamedParameterNotFound")
        matches = " ".join(f"-{one.name}" for one in started)
        message = (
            f"Parameter cannot be processed because the parameter name '{name}' is ambiguous. "
            f"Possible matches include: {matches}."
        )
        raise _failure(message, "AmbiguousParameter")

    def bind(self, arguments: Sequence[Argument], *, lenient: bool = False) -> None:
        """Binds everything given. `lenient` keeps unknown names as positional text, as simple functions do."""
        queue = list(arguments)
        while queue:
            one = queue.pop(0)
            if not one.name:
                self.positional.append(one)
                continue
            try:
                with one.blamed():
                    formal = self.find(one.name)
            except PsError as failure:
                if not lenient or failure.record.fully_qualified_error_id != "NamedParameterNotFound":
                    raise
                self.positional.append(Argument(WrittenParameter(one.text or f"-{one.name}")))
                if one.attached:
                    self.positional.append(Argument(one.value))
                continue
            self._named(formal, one, queue)

    def _named(self, formal: Formal, one: Argument, queue: list[Argument]) -> None:
        source = self._value_of(formal, one, queue)
        target = self.common_bound if formal in self.common else self.bound
        with source.blamed():
            if formal.name in target:
                raise _failure(_twice(formal.name), "ParameterAlreadyBound")
            target[formal.name] = self.coerce(formal, source.value)

    def _value_of(self, formal: Formal, one: Argument, queue: list[Argument]) -> Argument:
        """The argument that has a named parameter's value."""
        if formal.is_switch:
            on = not one.attached or (one.value is not None and self.frame.is_true(one.value))
            return Argument(values.SwitchParameter(on), place=one.place)
        if one.attached:
            return one
        if queue and not queue[0].name:
            return queue.pop(0)
        wanted = formal.type_name or "System.Object"
        message = (
            f"Missing an argument for parameter '{formal.name}'. Specify a parameter of type '{wanted}' and try again."
        )
        with one.blamed():
            raise _failure(message, "MissingArgument")

    def bind_positional(self) -> list[Any]:
        """Gives positional arguments to the parameters in line; returns what is left over."""
        sets = parameter_sets.possible(self.formals, self.bound)
        in_line = sorted(
            (
                one
                for one in self.formals
                if one.position is not None and one.name not in self.bound and parameter_sets.fits(one, sets)
            ),
            key=lambda one: one.position or 0,
        )
        left = list(self.positional)
        for formal in in_line:
            if not left:
                break
            if formal.remaining:
                break
            one = left.pop(0)
            with one.blamed():
                self.bound[formal.name] = self.coerce(formal, one.value)
        rest = next((one for one in self.formals if one.remaining and one.name not in self.bound), None)
        found = [one.value for one in left]
        if rest is None or not found:
            return found
        flat = found[0] if len(found) == 1 and isinstance(found[0], list) else found
        self.bound[rest.name] = self.coerce(rest, flat)
        return []

    def refuse(self, left: Sequence[Any]) -> None:
        """Raises PsError (PositionalParameterNotFound) if arguments are left over."""
        if left:
            message = f"A positional parameter cannot be found that accepts argument '{to_text(left[0])}'."
            raise _failure(message, "PositionalParameterNotFound")

    def check_mandatory(self, *, pipeline: bool) -> None:
        """Raises PsError (MissingMandatoryParameter) as a PowerShell that cannot ask does."""
        chosen = parameter_sets.chosen(self.formals, self.bound, self.default_set, pipeline=pipeline)
        missing = parameter_sets.missing(self.formals, self.bound, chosen, pipeline=pipeline)
        if missing:
            message = (
                f"Cannot process command because of one or more missing mandatory parameters: {' '.join(missing)}."
            )
            raise _failure(message, "MissingMandatoryParameter")
        self.parameter_set = self._spelled(chosen)

    def _spelled(self, chosen: str) -> str:
        names = [self.default_set, *(name for one in self.formals for name in one.set_names)]
        return next((name for name in names if name.lower() == chosen and name), parameter_sets.ALL)

    def coerce(self, formal: Formal, value: Any) -> Any:
        """A value as a parameter takes it: converted and validated.

        Raises:
            PsError: it cannot be.
        """
        if formal.type_name and not formal.is_switch:
            value = self._converted(formal, value)
        elif formal.is_switch and not isinstance(value, values.SwitchParameter):
            value = values.SwitchParameter(self.frame.is_true(value))
        if formal.mandatory and not formal.allow_empty:
            _refuse_empty(formal, value)
        for validate in formal.validators:
            validate(self.frame, formal.name, value)
        return value

    def _converted(self, formal: Formal, value: Any) -> Any:
        if formal.type_name == "System.String" and isinstance(value, list):
            reason = "Cannot convert value to type System.String."
            raise self._transformation(formal, reason)
        if formal.type_name == "System.Boolean" and isinstance(value, str):
            reason = (
                'Cannot convert value "System.String" to type "System.Boolean". Boolean parameters accept only Boolean '
                "values and numbers, such as $True, $False, 1 or 0."
            )
            raise self._transformation(formal, reason)
        try:
            return self.frame.convert(value, formal.type_name)
        except PsError as failure:
            raise self._transformation(formal, failure.record.message) from failure

    def _transformation(self, formal: Formal, reason: str) -> PsError:
        message = f"Cannot process argument transformation on parameter '{formal.name}'. {reason}"
        kind = "System.Management.Automation.ParameterBindingArgumentTransformationException"
        return error(kind, message, "ParameterArgumentTransformationError", "InvalidData")


def _refuse_empty(formal: Formal, value: Any) -> None:
    kind = "System.Management.Automation.ParameterBindingValidationException"
    if value is None:
        message = f"Cannot bind argument to parameter '{formal.name}' because it is null."
        raise error(kind, message, "ParameterArgumentValidationErrorNullNotAllowed", "InvalidData")
    if isinstance(value, str) and value == "" and formal.type_name == "System.String":
        message = f"Cannot bind argument to parameter '{formal.name}' because it is an empty string."
        raise error(kind, message, "ParameterArgumentValidationErrorEmptyStringNotAllowed", "InvalidData")
    if isinstance(value, list) and not value and formal.type_name.endswith("[]"):
        message = f"Cannot bind argument to parameter '{formal.name}' because it is an empty array."
        raise error(kind, message, "ParameterArgumentValidationErrorEmptyArrayNotAllowed", "InvalidData")


def _starts(formal: Formal, folded: str) -> bool:
    return formal.name.lower().startswith(folded) or any(alias.lower().startswith(folded) for alias in formal.aliases)


def bind_item(binder: Binder, item: Any) -> CaselessDict:
    """What one pipeline object binds: by value, then by the names of its properties; the bound included."""
    made = CaselessDict(binder.bound)
    taken = False
    for formal in binder.formals:
        if formal.from_value and formal.name not in made:
            try:
                made[formal.name] = binder.coerce(formal, _for_type(formal, item))
                taken = True
                break
            except PsError:
                if not formal.from_property and not any(one.from_property for one in binder.formals):
                    raise _not_bound(item) from None
    if not taken or isinstance(item, values.PsObject):
        _bind_properties(binder, item, made)
    return made


def _for_type(formal: Formal, item: Any) -> Any:
    if (
        isinstance(item, values.PsObject)
        and item.base is None
        and formal.type_name in {"System.String", "System.String[]"}
    ):
        raise _not_bound(item)
    return item


def _bind_properties(binder: Binder, item: Any, made: CaselessDict) -> None:
    for formal in binder.formals:
        if not formal.from_property or formal.name in made:
            continue
        for name in (formal.name, *formal.aliases):
            if binder.frame.has_property(item, name):
                made[formal.name] = binder.coerce(formal, binder.frame.get_property(item, name))
                break


def _not_bound(item: Any) -> PsError:
    message = (
        "The input object cannot be bound to any parameters for the command either because the command does not take "
        "pipeline input or the input and its properties do not match any of the parameters that take pipeline input."
    )
    return error(_BINDING, message, "InputObjectNotBound", "InvalidArgument", item)
