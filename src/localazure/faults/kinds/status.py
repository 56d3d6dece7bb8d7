"""Calls that are refused, or that succeed and say that they failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from localazure.arm.calls import Answer
from localazure.faults.fault import AnsweringFault, Stage
from localazure.faults.occasions import TOKEN_OPERATIONS, Occasion
from localazure.faults.refusals import refusal

if TYPE_CHECKING:
    from localazure.cloud import Cloud

When = Literal["before", "after"]


class StatusFault(AnsweringFault):
    """An HTTP status instead of the answer, in Azure's own words unless others are given."""

    kind: Literal["status"] = "status"
    status: int = Field(ge=400, le=599, description="429, 500, 503, 409, 403 ...")
    code: str | None = Field(None, description="Error code (default: what Azure says with this status)")
    message: str | None = Field(None, description="Error message (default: likewise)")
    retry_after: int | None = Field(None, ge=0, description="Seconds in a Retry-After header (default: no header)")
    when: When = Field("before", description="after: the call had its effect all the same")

    @property
    def stage(self) -> Stage:
        return Stage.ARRIVAL if self.when == "before" else Stage.DEPARTURE

    def answer(self, occasion: Occasion, cloud: Cloud) -> Answer:
        known = refusal(self.status, occasion, cloud)
        code, message = self.code or known.code, self.message or known.message
        body: dict[str, Any] = {"error": known.body() | {"code": code, "message": message}}
        if occasion.operation in TOKEN_OPERATIONS:
            body = {"error": code, "error_description": message}
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        return Answer(self.status, body, headers)
