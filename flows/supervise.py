"""Builds whose worker died with them go on; what a dead worker was to clean up is cleaned up."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Annotated

from prefect import flow
from pydantic import Field

from tasks.claim import DEAD_SECONDS
from tasks.supervising import SILENCE, look_after_builds


@flow(name="supervise")
def supervise(
    silence_seconds: Annotated[int, Field(ge=math.ceil(DEAD_SECONDS))] = int(SILENCE.total_seconds()),
) -> None:
    """Look after builds that nobody else looks after, and let them go on or end.

    Args:
        silence_seconds: After so long without a sign of life, of which there is one every five seconds, a build's
            process is taken for dead.
    """
    look_after_builds(timedelta(seconds=silence_seconds))
