"""What a kind of mishap is: where it can happen, how it is brought about, and what has to become of the build."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from chaos.points import Spot, When, point_at
from chaos.recipes import System, Variant
from chaos.trial import Trial, befalling, faulty
from localazure.arm.endings import Leaves
from localazure.faults.fault import Patterns
from localazure.faults.kinds.every import AnyFault

Make = Callable[[Spot, When], Trial]
"""What to do for it to happen at a place, on that side of the effect."""
CALLS = "!*/token"
"""All calls but those for tokens, as a fault's ``operation``."""


class Place(StrEnum):
    """Where a kind can happen. A build in which nothing goes wrong is counted by these."""

    CALL = "call"
    READ = "read"
    WRITE = "write"
    PUT = "creation or change"
    DELETE = "delete"
    OPERATION = "operation"
    """A call that begins a long-running operation."""
    HALF = "operation that can stop half-way"
    MACHINE = "machine"
    """A call that makes a VM."""
    ALLOCATION = "allocation"
    """A call that gives a VM a place to run."""
    TOKEN = "token"  # noqa: S105 - no secret
    GUEST = "guest"
    """A command or message to a guest."""
    STEP = "step"
    """The end of a step, when its result is kept."""
    BUILD = "build"
    """The whole of it: the kind lasts, or happens at the first occasion."""


COUNTED = frozenset({Place.BUILD, Place.TOKEN, Place.ALLOCATION})
"""Places that a build's process does not come to: they have a number, and neither step nor operation."""


def leaves(when: When) -> Leaves:
    """What an operation has done that fails or hangs before, or after its effect."""
    return "nothing" if when == "before" else "everything"


CALLED: Mapping[Place, Patterns] = {
    Place.CALL: "*",
    Place.READ: "GET *",
    Place.WRITE: "!GET *",
    Place.PUT: ("PUT *", "PATCH *"),
    Place.DELETE: "DELETE *",
    Place.OPERATION: "*",
    Place.HALF: (
        "PUT Microsoft.Compute/virtualMachines",
        "PUT */images/versions",
        "DELETE Microsoft.Resources/resourceGroups",
    ),
    Place.MACHINE: "PUT Microsoft.Compute/virtualMachines",
    Place.TOKEN: "*/token",
    Place.GUEST: "*",
    Place.STEP: "*",
}


def at_spot(spot: Spot, fault: AnyFault) -> Trial:
    """Let the fault strike the call at a spot: it begins to lie in wait just before, for that operation alone."""
    return befalling(fault.model_copy(update={"operation": spot.called}), point_at(spot, "before"))


def at_guest(fault: AnyFault) -> Make:
    """It befalls the machine at a command or message to its guest."""
    return lambda spot, when: befalling(fault, point_at(spot, when))


def lasting(*faults: AnyFault) -> Make:
    """They lie in wait from the beginning of the build."""
    return lambda _spot, _when: faulty(*faults)


class Expected(StrEnum):
    GOES_ON = "goes on"
    """To the end: published."""
    ENDS = "ends"
    """At once, never tried again, naming the cause; then, when that is gone and somebody presses Retry, published."""
    EITHER = "either"
    """Goes on, or ends naming the cause; which, depends on where it happens."""


@dataclass(frozen=True)
class Kind:
    """``says``: words of which an error must have one (patterns of ``re``, without case) when the build ends."""

    name: str
    place: Place
    make: Make
    expected: Expected = Expected.GOES_ON
    says: tuple[str, ...] = ()
    sides: tuple[When, ...] = ("before",)
    systems: tuple[System, ...] = tuple(System)
    variant: Variant = Variant.PLAIN
    once_a_step: bool = True
    """Whether one place of a sort in each step tells enough; else it happens at every one."""
    go_on_from: str | None = None
    """What a person who presses on chooses in the form, where Retry alone cannot help."""
