"""What a build began to deliver where clean-up and sweeper find nothing by tags."""

from __future__ import annotations

from mintage.artifacts import ImageVersion, Leftover, Published
from mintage.azure.clients import Clients
from mintage.azure.half_made import remove_half_made
from mintage.build_plan import BuildPlan
from tasks.keeping import recall
from tasks.planning import PLAN
from tasks.stages import CAPTURE


def remove_unfinished(clients: Clients, build_id: str) -> tuple[Leftover, ...]:
    """Remove VHDs that are not whole, of a build that nobody goes on with; what stays is returned."""
    plan, image = recall(build_id, PLAN, BuildPlan), recall(build_id, CAPTURE, ImageVersion)
    if plan is None or image is None or recall(build_id, "publish", Published):
        return ()
    return remove_half_made(clients, plan, image.version)
