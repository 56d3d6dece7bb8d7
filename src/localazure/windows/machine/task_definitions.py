"""What a scheduled task is made of."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

LogonType = Literal["Password", "S4U", "Interactive", "ServiceAccount", "None"]
HAS_NOT_RUN = 0x41303
"""SCHED_S_TASK_HAS_NOT_RUN: the last result of a task that never ran."""
RUNNING_RESULT = 0x41301
TERMINATED = 0x41306
"""SCHED_S_TASK_TERMINATED: the last result of one that somebody stopped."""


class TaskAction(BaseModel):
    execute: str
    arguments: str = ""
    working_directory: str = ""


class TaskTrigger(BaseModel):
    kind: Literal["Once", "Startup", "Logon", "Daily", "Weekly"]
    """Daily, Weekly and Logon are kept and never fire in the model."""
    at: datetime | None = None
    enabled: bool = True


class TaskPrincipal(BaseModel):
    user: str
    """A name or a SID."""
    logon_type: LogonType = "Interactive"
    run_level: Literal["Limited", "Highest"] = "Limited"


class TaskSettings(BaseModel):
    enabled: bool = True
    execution_time_limit: float = 259200
    """Seconds; 0 is no limit."""
    hidden: bool = False
    start_when_available: bool = False
    multiple_instances: Literal["IgnoreNew", "Parallel", "Queue"] = "IgnoreNew"


class Task(BaseModel):
    r"""``path`` ends with a backslash: ``\\`` or ``\\Folder\\``."""

    name: str
    path: str = "\\"
    description: str = ""
    author: str = ""
    principal: TaskPrincipal
    actions: list[TaskAction] = []
    triggers: list[TaskTrigger] = []
    settings: TaskSettings = TaskSettings()
    registered: datetime | None = None
    last_run: datetime | None = None
    last_result: int = HAS_NOT_RUN

    @property
    def full_name(self) -> str:
        return f"{self.path}{self.name}"
