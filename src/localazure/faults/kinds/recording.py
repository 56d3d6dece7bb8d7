"""Calls that are written down."""

from __future__ import annotations

from typing import Literal

from localazure.faults.fault import Condition, Stage


class RecordFault(Condition):
    """No fault: every call it is for is recorded, in their order, to be asked for and to be struck one by one."""

    kind: Literal["record"] = "record"

    @property
    def stage(self) -> Stage:
        return Stage.RECORD
