"""What is kept of a machine between servers: how it was last started, and whether it should be running."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from localazure.hypervisor.base import Machine
from localazure.hypervisor.qemu.paths import MachinePaths


class MachineRecord(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    machine: Machine
    wanted: bool
    """It was started, and neither stopped since nor did its guest shut itself down."""


def read_record(paths: MachinePaths) -> MachineRecord | None:
    try:
        return MachineRecord.model_validate_json(paths.record.read_bytes())
    except FileNotFoundError:
        return None


def write_record(paths: MachinePaths, record: MachineRecord) -> None:
    draft = paths.record.with_name(".machine.json.draft")
    # It may hold a password.
    draft.touch(mode=0o600)
    draft.write_text(record.model_dump_json())
    draft.replace(paths.record)


def mark(paths: MachinePaths, *, wanted: bool) -> None:
    """Change ``wanted``; a machine that is not known stays so."""
    record = read_record(paths)
    if record and record.wanted != wanted:
        write_record(paths, record.model_copy(update={"wanted": wanted}))
