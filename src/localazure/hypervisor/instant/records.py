"""What the instant driver remembers of a machine."""

from __future__ import annotations

from pydantic import ConfigDict

from localazure.hypervisor.records import MachineRecord
from localazure.hypervisor.records import Records as AnyRecords


class Record(MachineRecord):
    # State of earlier versions has a boot id.
    model_config = ConfigDict(extra="ignore")


Records = AnyRecords[Record]
