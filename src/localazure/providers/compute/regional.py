"""URLs that ask about a region rather than a resource."""

from __future__ import annotations

from localazure.arm.calls import Call
from localazure.arm.errors import CloudError
from localazure.locations import LOCATIONS


def regional_url(name: str) -> str:
    """The template of ``…/locations/{location}/{name}``."""
    return f"/subscriptions/{{subscription}}/providers/Microsoft.Compute/locations/{{location}}/{name}"


def served_location(call: Call, location: str, kind: str) -> str:
    """The region's short name. Raises CloudError as Azure does for one there is not."""
    short = location.replace(" ", "").lower()
    if short not in LOCATIONS:
        message = (
            f"No registered resource provider found for location '{location}' and API version '{call.api_version}' "
            f"for type '{kind}'. The supported locations are '{', '.join(LOCATIONS)}'."
        )
        raise CloudError(400, "NoRegisteredProviderFound", message)
    return short
