"""What Azure says no to, and will say no to again."""

from __future__ import annotations

from chaos.kinds.kind import Expected, Kind, Make, Place, at_spot, leaves
from chaos.points import SIDES, Spot, When
from chaos.trial import Trial
from localazure.faults.kinds.governance import PolicyFault
from localazure.faults.kinds.operations import FailedOperationFault
from localazure.faults.kinds.status import StatusFault


def _refused(status: int, code: str | None = None, message: str | None = None) -> Make:
    return lambda spot, when: at_spot(spot, StatusFault(status=status, code=code, message=message, when=when))


def _policy(spot: Spot, when: When) -> Trial:  # noqa: ARG001 - as every maker
    return at_spot(spot, PolicyFault(count=1))


def _failed(code: str, message: str) -> Make:
    return lambda spot, when: at_spot(spot, FailedOperationFault(code=code, message=message, leaves=leaves(when)))


REFUSALS = (
    Kind("no permission", Place.WRITE, _refused(403), Expected.ENDS, ("AuthorizationFailed",)),
    Kind("no permission to read", Place.READ, _refused(403), Expected.EITHER, ("AuthorizationFailed",)),
    Kind("policy", Place.PUT, _policy, Expected.ENDS, ("RequestDisallowedByPolicy",)),
    Kind(
        "lock",
        Place.DELETE,
        _refused(409, "ScopeLocked", "The scope cannot perform delete operation: it is locked."),
        Expected.EITHER,
        ("ScopeLocked",),
    ),
    Kind(
        "bad request",
        Place.WRITE,
        _refused(400, "InvalidParameter", "The value of a parameter is invalid."),
        Expected.ENDS,
        ("InvalidParameter",),
    ),
    Kind(
        "operation refused",
        Place.OPERATION,
        _failed("BadRequest", "The request is invalid."),
        Expected.ENDS,
        ("BadRequest",),
        sides=SIDES,
    ),
    Kind(
        "no such image",
        Place.MACHINE,
        _refused(404, "PlatformImageNotFound", "The platform image is not available."),
        Expected.ENDS,
        ("PlatformImageNotFound",),
    ),
    Kind(
        "bad image",
        Place.MACHINE,
        _failed("OSProvisioningClientError", "OS provisioning failed: the image is not generalized."),
        Expected.ENDS,
        ("OSProvisioningClientError",),
    ),
    Kind(
        "terms",
        Place.MACHINE,
        _refused(400, "MarketplacePurchaseEligibilityFailed", "Legal terms have not been accepted for this."),
        Expected.ENDS,
        ("MarketplacePurchaseEligibilityFailed",),
    ),
)
