"""What a run is called in Prefect's UI."""

from __future__ import annotations

from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.runtime import flow_run

from mintage.build_plan import BuildPlan
from tasks.planning import ChosenVersion
from tasks.server import if_it_answers


def name_run(plan: BuildPlan, chosen: ChosenVersion) -> None:
    """Call the flow run by its recipe and the version it makes."""

    def rename() -> None:
        with get_client(sync_client=True) as client:
            client.update_flow_run(UUID(flow_run.id), name=f"{plan.recipe.name} {chosen.version}")

    if_it_answers(rename)
