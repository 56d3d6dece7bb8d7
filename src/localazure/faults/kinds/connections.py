"""Connections that break, answers that come late, and calls that are held."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from localazure.faults.fault import Fault, Stage
from localazure.faults.kinds.status import When


class _AroundTheEffect(Fault):
    when: When = Field("before", description="Before or after the call had its effect")

    @property
    def stage(self) -> Stage:
        return Stage.ARRIVAL if self.when == "before" else Stage.DEPARTURE


class ResetFault(_AroundTheEffect):
    """The connection is reset (TCP RST) instead of answered."""

    kind: Literal["reset"] = "reset"


class PauseFault(_AroundTheEffect):
    """The call is held until the fault is removed, for a test to kill its client just there.

    A client that is gone when the fault is removed is not answered, and if its call was held before its effect, that
    has none.
    """

    kind: Literal["pause"] = "pause"


class SlowFault(Fault):
    """The answer comes so much later; the call has had its effect."""

    kind: Literal["slow"] = "slow"
    seconds: float = Field(gt=0, le=3600, description="How much later")

    @property
    def stage(self) -> Stage:
        return Stage.DELIVERY
