"""All the kinds there are."""

from __future__ import annotations

from typing import Annotated, get_args

from pydantic import Field, TypeAdapter

from localazure.faults.fault import Fault
from localazure.faults.kinds.capacity import AllocationFault, SizeNotOfferedFault
from localazure.faults.kinds.connections import PauseFault, ResetFault, SlowFault
from localazure.faults.kinds.governance import LockFault, PolicyFault
from localazure.faults.kinds.machines import (
    ClockSkewFault,
    CrashFault,
    CutFault,
    DiskFullFault,
    EvictionFault,
    HostKeyFault,
    SilentAgentFault,
    SysprepFault,
)
from localazure.faults.kinds.operations import FailedOperationFault, HangingOperationFault
from localazure.faults.kinds.quota import QuotaFault
from localazure.faults.kinds.recording import RecordFault
from localazure.faults.kinds.status import StatusFault
from localazure.faults.kinds.tokens import ExpiredTokenFault, ShortTokenFault

_Every = (
    StatusFault
    | ResetFault
    | PauseFault
    | SlowFault
    | ExpiredTokenFault
    | ShortTokenFault
    | FailedOperationFault
    | HangingOperationFault
    | RecordFault
    | SizeNotOfferedFault
    | AllocationFault
    | QuotaFault
    | PolicyFault
    | LockFault
    | CrashFault
    | CutFault
    | HostKeyFault
    | SilentAgentFault
    | DiskFullFault
    | ClockSkewFault
    | SysprepFault
    | EvictionFault
)
AnyFault = Annotated[_Every, Field(discriminator="kind")]
ANY_FAULT: TypeAdapter[_Every] = TypeAdapter(AnyFault)
KINDS: dict[str, type[Fault]] = {kind.model_fields["kind"].default: kind for kind in get_args(_Every)}
