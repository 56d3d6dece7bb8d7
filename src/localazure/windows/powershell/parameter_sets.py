"""Parameter sets: which of them what was given leaves, and which one is meant."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from localazure.windows.powershell.values import PsError, error

if TYPE_CHECKING:
    from localazure.windows.powershell.binding import Formal

ALL = "__AllParameterSets"


def possible(formals: Sequence["Formal"], bound: Collection[str]) -> frozenset[str]:
    """The sets, in lower case, that what was bound by name so far leaves; none for a command without sets."""
    left = frozenset(name for one in formals for name in one.sets)
    for one in formals:
        if one.sets and one.name in bound:
            left &= one.sets
    return left


def fits(formal: "Formal", left: frozenset[str]) -> bool:
    """Whether a parameter may still be given."""
    return not formal.sets or not left or bool(formal.sets & left)


def chosen(formals: Sequence["Formal"], bound: Collection[str], default: str, *, pipeline: bool) -> str:
    """The set that is meant, in lower case; empty for a command without sets.

    Raises:
        PsError: AmbiguousParameterSet, what was given fits no set, or several.
    """
    everything = frozenset(name for one in formals for name in one.sets)
    if not everything:
        return ""
    left = possible(formals, bound)
    if len(left) == 1:
        return next(iter(left))
    if default.lower() in left:
        return default.lower()
    complete = [name for name in left if not missing(formals, bound, name, pipeline=pipeline)]
    if len(complete) == 1:
        return complete[0]
    raise unresolved()


def missing(formals: Sequence["Formal"], bound: Collection[str], name: str, *, pipeline: bool) -> list[str]:
    """The mandatory parameters of a set that nothing was given for, and that the pipeline cannot give."""
    return [
        one.name
        for one in formals
        if one.name not in bound
        and (one.mandatory or name in one.mandatory_sets)
        and not (pipeline and (one.from_value or one.from_property))
    ]


def unresolved() -> PsError:
    """AmbiguousParameterSet."""
    message = "Parameter set cannot be resolved using the specified named parameters."
    kind = "System.Management.Automation.ParameterBindingException"
    return error(kind, message, "AmbiguousParameterSet", "InvalidArgument")
