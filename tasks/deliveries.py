"""What of its forms a build has delivered so far; and what it began where clean-up and sweeper find nothing by tags."""

from __future__ import annotations

from mintage.artifacts import Cleaned, Delivered, Delivery, ImageVersion, Published
from mintage.azure.clients import Clients
from mintage.azure.half_made import remove_half_made
from mintage.build_plan import BuildPlan
from tasks.course import result_of
from tasks.keeping import recall
from tasks.planning import PLAN
from tasks.stages import CAPTURE, delivery_names


def other_forms(plan: BuildPlan) -> tuple[Delivered, ...]:
    """Those that the recipe lists beside the version, as far as they were delivered."""
    deliveries = (result_of(plan.build_id, name, Delivery) for name in delivery_names(plan))
    return tuple(form for each in deliveries if each for form in each.forms)


def as_version(image_version: str) -> Delivered:
    """The form that every build delivers; ``image_version``: its id."""
    return Delivered(form="gallery image version", identity=image_version)


def remove_unfinished(clients: Clients, build_id: str) -> Cleaned:
    """Remove VHDs that are not whole, of a build that nobody goes on with; what stays is told."""
    plan, image = recall(build_id, PLAN, BuildPlan), result_of(build_id, CAPTURE, ImageVersion)
    if plan is None or image is None or result_of(build_id, "publish", Published):
        return Cleaned()
    return Cleaned(leftovers=remove_half_made(clients, plan, image.version))
