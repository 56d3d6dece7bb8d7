"""Credentials that end before the work does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from localazure.arm.calls import Answer
from localazure.arm.errors import CloudError
from localazure.faults.fault import AnsweringFault, Condition, Patterns, Stage
from localazure.faults.occasions import TOKEN_OPERATIONS, Occasion

if TYPE_CHECKING:
    from localazure.cloud import Cloud


class ExpiredTokenFault(AnsweringFault):
    """401: the token has expired. Azure names the reason in WWW-Authenticate too."""

    kind: Literal["expired-token"] = "expired-token"

    @property
    def stage(self) -> Stage:
        return Stage.ARRIVAL

    def answer(self, occasion: Occasion, cloud: Cloud) -> Answer:  # noqa: ARG002 - as every answer
        now = datetime.now(UTC)
        ended = now - timedelta(seconds=11)
        message = (
            f"The access token expiry UTC time '{_spelled(ended)}' is earlier than current UTC time '{_spelled(now)}'."
        )
        return Answer(401, {"error": CloudError(401, "ExpiredAuthenticationToken", message).body()})


class ShortTokenFault(Condition):
    """The login endpoint and the metadata service give out tokens of a short life."""

    kind: Literal["short-token"] = "short-token"
    operation: Patterns = Field(TOKEN_OPERATIONS, description=" or ".join(TOKEN_OPERATIONS))
    seconds: int = Field(gt=0, le=3600, description="How long a token lives")

    @property
    def stage(self) -> Stage:
        return Stage.TOKEN


def _spelled(moment: datetime) -> str:
    return f"{moment:%-m/%-d/%Y %-I:%M:%S %p}"
