"""What the driver of the Windows model remembers of a machine."""

from __future__ import annotations

from localazure.hypervisor.records import MachineRecord
from localazure.hypervisor.records import Records as AnyRecords


class Record(MachineRecord):
    provisioning_failure: str | None = None


Records = AnyRecords[Record]
