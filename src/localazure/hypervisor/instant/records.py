"""What the instant driver remembers of a machine."""

from __future__ import annotations

from localazure.hypervisor.records import MachineRecord
from localazure.hypervisor.records import Records as AnyRecords


class Record(MachineRecord):
    boot_id: str | None = None


Records = AnyRecords[Record]
