"""Long-running operations that end badly, or never."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from localazure.arm.endings import Ending, Leaves
from localazure.faults.fault import Fault, Stage
from localazure.faults.occasions import Occasion


class OperationFault(Fault):
    """Something that happens to an operation after its call was accepted."""

    @property
    def stage(self) -> Stage:
        return Stage.EFFECT

    def ending(self, fault_id: int, occasion: Occasion) -> Ending:
        """What becomes of the operation."""
        raise NotImplementedError

    @property
    def half(self) -> bool:
        """Whether it needs an operation that can stop half-way."""
        return False


class FailedOperationFault(OperationFault):
    """A long-running operation is accepted, and ends Failed."""

    kind: Literal["operation-failed"] = "operation-failed"
    code: str = Field("InternalExecutionError", description="Error code")
    message: str = Field("An internal execution error occurred. Please retry later.", description="Error message")
    leaves: Leaves = Field("nothing", description="How much of its effect is there all the same")

    def ending(self, fault_id: int, occasion: Occasion) -> Ending:  # noqa: ARG002 - as every ending
        return Ending(fault=fault_id, leaves=self.leaves, code=self.code, message=self.message)

    @property
    def half(self) -> bool:
        return self.leaves == "half"


class HangingOperationFault(OperationFault):
    """A long-running operation is accepted, and stays in progress until the fault is removed."""

    kind: Literal["operation-hangs"] = "operation-hangs"
    leaves: Leaves = Field("nothing", description="How much of its effect is there meanwhile")
    seconds: float | None = Field(None, gt=0, description="Go on by itself after so long (default: never)")

    def ending(self, fault_id: int, occasion: Occasion) -> Ending:  # noqa: ARG002 - as every ending
        return Ending(fault=fault_id, leaves=self.leaves, seconds=self.seconds)

    @property
    def half(self) -> bool:
        return self.leaves == "half"
