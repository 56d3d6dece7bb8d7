"""Which build a flow run works on. Everything a build makes and keeps is found again by this id."""

from __future__ import annotations

import re
from uuid import UUID

from prefect.client.schemas.objects import FlowRun

from mintage.errors import RecipeError

_LENGTH = 12


def new_build_id(flow_run_id: UUID) -> str:
    """Return the id of the build a flow run starts: the same however often the run is retried, 12 hexadecimal digits.

    They are the run's last ones: the first of Prefect's newer ids are a time, the last are random in all of them.
    """
    return flow_run_id.hex[-_LENGTH:]


def build_id_of(flow_run_id: UUID, resume_build: str | None) -> str:
    """Return the build's id: of the one to go on with, if the run was told to, else of the run's own.

    Raises RecipeError for what cannot be a build's id: it becomes part of names and of paths.
    """
    if not resume_build:
        return new_build_id(flow_run_id)
    if not re.fullmatch(rf"[0-9a-f]{{{_LENGTH}}}", resume_build):
        raise RecipeError(
            "There is no such build",
            where=f"resume_build: {resume_build!r}",
            seen=f"not {_LENGTH} digits of 0-9 and a-f",
            remedy="give the id from the report, or from the name of the build's resource group",
        )
    return resume_build


def build_of(run: FlowRun) -> str | None:
    """The id of the build that a run is to work on; None when it was told one that there cannot be.

    Such a run has no build, and fails with that as soon as it begins.
    """
    told = run.parameters.get("resume_build")
    try:
        return build_id_of(run.id, str(told) if told else None)
    except RecipeError:
        return None
