"""Which build a flow run works on. Everything a build makes and keeps is found again by this id."""

from __future__ import annotations

from uuid import UUID

_LENGTH = 12


def new_build_id(flow_run_id: UUID) -> str:
    """Return the id of the build a flow run starts: the same however often the run is retried, 12 hexadecimal digits.

    They are the run's last ones: the first of Prefect's newer ids are a time, the last are random in all of them.
    """
    return flow_run_id.hex[-_LENGTH:]


def build_id_of(flow_run_id: UUID, resume_build: str | None) -> str:
    """Return the build's id: of the one to go on with, if the run was told to, else of the run's own."""
    return resume_build or new_build_id(flow_run_id)
