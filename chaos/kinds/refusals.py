"""What Azure says no to, and will say no to again."""

from __future__ import annotations

from chaos.kinds.kind import OPERATIONS, Expected, Kind, Make, Place, leaves
from chaos.points import When
from chaos.trial import Trial, faulty
from localazure.faults.kinds.governance import PolicyFault
from localazure.faults.kinds.operations import FailedOperationFault
from localazure.faults.kinds.status import StatusFault

_POLICED = ("PUT *", "PATCH *")
_SIDES: tuple[When, ...] = ("before", "after")


def _refused(place: Place, status: int, code: str | None = None, message: str | None = None) -> Make:
    def make(number: int, when: When) -> Trial:
        operation = OPERATIONS[place]
        return faulty(
            StatusFault(operation=operation, after=number - 1, status=status, code=code, message=message, when=when)
        )

    return make


def _policy(number: int, when: When) -> Trial:  # noqa: ARG001 - as every maker
    return faulty(PolicyFault(operation=_POLICED, after=number - 1, count=1))


def _failed(place: Place, code: str, message: str) -> Make:
    def make(number: int, when: When) -> Trial:
        operation = OPERATIONS[place]
        return faulty(
            FailedOperationFault(operation=operation, after=number - 1, code=code, message=message, leaves=leaves(when))
        )

    return make


REFUSALS = (
    Kind("no permission", Place.WRITE, _refused(Place.WRITE, 403), Expected.ENDS, ("AuthorizationFailed",)),
    Kind("no permission to read", Place.READ, _refused(Place.READ, 403), Expected.EITHER, ("AuthorizationFailed",)),
    Kind("policy", Place.WRITE, _policy, Expected.ENDS, ("RequestDisallowedByPolicy",)),
    Kind(
        "lock",
        Place.DELETE,
        _refused(Place.DELETE, 409, "ScopeLocked", "The scope cannot perform delete operation: it is locked."),
        Expected.EITHER,
        ("ScopeLocked",),
    ),
    Kind(
        "bad request",
        Place.WRITE,
        _refused(Place.WRITE, 400, "InvalidParameter", "The value of a parameter is invalid."),
        Expected.ENDS,
        ("InvalidParameter",),
    ),
    Kind(
        "operation refused",
        Place.OPERATION,
        _failed(Place.OPERATION, "BadRequest", "The request is invalid."),
        Expected.ENDS,
        ("BadRequest",),
        sides=_SIDES,
    ),
    Kind(
        "no such image",
        Place.MACHINE,
        _refused(Place.MACHINE, 404, "PlatformImageNotFound", "The platform image is not available."),
        Expected.ENDS,
        ("PlatformImageNotFound",),
    ),
    Kind(
        "bad image",
        Place.MACHINE,
        _failed(Place.MACHINE, "OSProvisioningClientError", "OS provisioning failed: the image is not generalized."),
        Expected.ENDS,
        ("OSProvisioningClientError",),
    ),
    Kind(
        "terms",
        Place.MACHINE,
        _refused(
            Place.MACHINE, 400, "MarketplacePurchaseEligibilityFailed", "Legal terms have not been accepted for this."
        ),
        Expected.ENDS,
        ("MarketplacePurchaseEligibilityFailed",),
    ),
)
