"""The task scheduler: tasks run as their user, with a batch logon of their own that outlives whoever started them."""

from __future__ import annotations

import io
import threading
from datetime import datetime
from typing import TYPE_CHECKING, Literal
from xml.sax.saxutils import escape

from pydantic import BaseModel, Field

from localazure.windows.machine.environment import expand
from localazure.windows.machine.errors import AlreadyExists, MachineError, NotFound
from localazure.windows.machine.processes import RunningProcess
from localazure.windows.machine.task_definitions import TERMINATED, Task, TaskAction
from localazure.windows.machine.tokens import Token

if TYPE_CHECKING:
    from localazure.windows.machine.machine import Machine

TASK_FOLDER = r"C:\Windows\System32\Tasks"
TaskState = Literal["Ready", "Running", "Disabled"]
_NOT_RUNNING = 0x8004130B
_DISABLED = 0x80041326
_ALREADY_RUNNING = 0x8004131F
_LOGON_FAILURE = 0x8007052E
_SCHEDULER = "Schedule"
_NOT_STARTED = 1062


class TasksState(BaseModel):
    tasks: list[Task] = []
    passwords: dict[str, str] = Field(default={}, repr=False)
    """By the task's full name: Windows, too, keeps them so that it can read them (LSA secrets)."""


class Tasks:
    r"""Names are full (``\\Folder\\Name``) or bare, in any case."""

    def __init__(self, state: TasksState, machine: Machine) -> None:
        self.state, self._machine, self._lock = state, machine, machine.lock
        self._running: dict[str, RunningProcess] = {}
        self._timers: list[threading.Timer] = []

    def all(self) -> list[Task]:
        with self._lock:
            return sorted(self.state.tasks, key=lambda task: task.full_name.lower())

    def find(self, name: str) -> Task | None:
        full = name.lower() if name.startswith("\\") else f"\\{name.lower()}"
        with self._lock:
            return next((task for task in self.state.tasks if task.full_name.lower() == full), None)

    def require(self, name: str) -> Task:
        found = self.find(name)
        if found is None:
            raise NotFound(name, 0x80070002)
        return found

    def task_state(self, name: str) -> TaskState:
        task = self.require(name)
        if task.full_name in self._running:
            return "Running"
        return "Ready" if task.settings.enabled else "Disabled"

    def register(self, task: Task, password: str | None = None, *, replace: bool = False) -> Task:
        """Keep a task.

        Raises:
            MachineError: 183 one of that name is there, 0x8007052E the password is not the user's,
                1332 nobody has the principal's name.
        """
        user = task.principal.user
        self._machine.users.sid_of(user)
        if password is not None and not self._machine.users.check_password(user, password):
            raise MachineError(_LOGON_FAILURE, user)
        if task.principal.logon_type == "Password" and password is None:
            raise MachineError(_LOGON_FAILURE, user)
        with self._lock:
            known = self.find(task.full_name)
            if known and not replace:
                raise AlreadyExists(task.full_name, 0x800700B7)
            if known:
                self.state.tasks.remove(known)
            kept = task.model_copy(update={"registered": self._machine.time.now()})
            self.state.tasks.append(kept)
            self.state.passwords.pop(kept.full_name, None)
            if password is not None:
                self.state.passwords[kept.full_name] = password
            self._write_file(kept)
        self._arm(kept)
        return kept

    def unregister(self, name: str) -> None:
        with self._lock:
            task = self.require(name)
            self.state.tasks.remove(task)
            self.state.passwords.pop(task.full_name, None)
            self._machine.files.delete(TASK_FOLDER + task.full_name)

    def enable(self, name: str, *, enabled: bool) -> None:
        self.require(name).settings.enabled = enabled

    def run(self, name: str) -> RunningProcess:
        """Start the task's actions, one after the other; returns the first one's process.

        Raises:
            MachineError: 0x80041326 disabled, 0x8004131F runs already, 0x8007052E the stored password is no longer
                the user's, or what starting a process raises.
        """
        task = self.require(name)
        if self._machine.services.status(_SCHEDULER) != "Running":
            raise MachineError(_NOT_STARTED, _SCHEDULER)
        if not task.settings.enabled:
            raise MachineError(_DISABLED, task.full_name, "The task is disabled.")
        with self._lock:
            if task.full_name in self._running:
                raise MachineError(_ALREADY_RUNNING, task.full_name, "An instance of this task is already running.")
            task.last_run = self._machine.time.now()
            try:
                user = self._log_on(task)
                first = self._start(task.actions[0], user)
            except MachineError as error:
                # The scheduler reports errors of its own as HRESULTs.
                task.last_result = error.code if error.code >> 16 else 0x80070000 | error.code
                raise
            self._running[task.full_name] = first
        threading.Thread(target=self._follow, args=(task, user, first), daemon=True).start()
        return first

    def stop(self, name: str) -> None:
        """End the task with all it started. Raises 0x8004130B when it does not run."""
        task = self.require(name)
        process = self._running.get(task.full_name)
        if process is None:
            raise MachineError(_NOT_RUNNING, task.full_name, "There is no running instance of the task.")
        process.kill(TERMINATED)

    def start_up(self) -> None:
        """What the scheduler does at boot: tasks with a startup trigger run, those for a moment to come are armed."""
        for task in self.all():
            if task.settings.enabled and any(t.kind == "Startup" and t.enabled for t in task.triggers):
                self._run_by_trigger(task.full_name)
            self._arm(task)

    def shut_down(self) -> None:
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()

    def _log_on(self, task: Task) -> Token:
        users, principal = self._machine.users, task.principal
        elevated = principal.run_level == "Highest"
        if principal.logon_type == "Password":
            password = self.state.passwords.get(task.full_name, "")
            if not users.check_password(principal.user, password):
                raise MachineError(_LOGON_FAILURE, principal.user)
        return users.token(principal.user, "batch", elevated=elevated)

    def _start(self, action: TaskAction, user: Token) -> RunningProcess:
        variables = self._machine.variables(user)
        program, arguments, folder = (
            expand(text, variables) for text in (action.execute, action.arguments, action.working_directory)
        )
        program = program if program.startswith('"') or " " not in program else f'"{program}"'
        line = f"{program} {arguments}".rstrip()
        # The scheduler starts in System32 where the action names no folder.
        cwd = folder or r"C:\Windows\System32"
        nowhere = io.BytesIO()
        return self._machine.processes.start(line, user, variables, cwd, io.BytesIO(), nowhere, nowhere)

    def _follow(self, task: Task, user: Token, process: RunningProcess) -> None:
        limit = task.settings.execution_time_limit or None
        for number, action in enumerate(task.actions):
            if number:
                try:
                    process = self._start(action, user)
                except MachineError as error:
                    task.last_result = 0x80070000 | error.code
                    break
                self._running[task.full_name] = process
            if process.wait(limit) is None:
                process.kill(TERMINATED)
            task.last_result = process.exit_code if process.exit_code is not None else TERMINATED
            if task.last_result == TERMINATED:
                break
        with self._lock:
            self._running.pop(task.full_name, None)

    def _arm(self, task: Task) -> None:
        now = self._machine.time.now()
        for trigger in task.triggers:
            if trigger.kind == "Once" and trigger.enabled and trigger.at and trigger.at > now:
                self._arm_at(task.full_name, trigger.at, now)

    def _arm_at(self, name: str, at: datetime, now: datetime) -> None:
        timer = threading.Timer((at - now).total_seconds(), self._run_by_trigger, (name,))
        timer.daemon = True
        timer.start()
        self._timers.append(timer)

    def _run_by_trigger(self, name: str) -> None:
        try:
            self.run(name)
        except MachineError as error:
            self._machine.events.write(
                "Application", "Microsoft-Windows-TaskScheduler", 101, f'Task "{name}" did not start: {error}', "Error"
            )

    def _write_file(self, task: Task) -> None:
        actions = "".join(
            f"<Exec><Command>{escape(a.execute)}</Command><Arguments>{escape(a.arguments)}</Arguments></Exec>"
            for a in task.actions
        )
        text = (
            '<?xml version="1.0" encoding="UTF-16"?>\r\n'
            '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">'
            f"<RegistrationInfo><URI>{escape(task.full_name)}</URI></RegistrationInfo>"
            f"<Actions>{actions}</Actions></Task>\r\n"
        )
        self._machine.files.make_folder(TASK_FOLDER + task.path.rstrip("\\"))
        self._machine.files.write_text(TASK_FOLDER + task.full_name, text, "utf-16")
