"""Processes: programs of the model run in threads; Windows' own are only listed."""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, BinaryIO

from localazure.windows.machine.command_line import image_name, split_command_line
from localazure.windows.machine.errors import MachineError, NotFound
from localazure.windows.machine.process_records import KILLED, ProcessInfo, RunningProcess
from localazure.windows.machine.programs import ProcessContext, Program, ProgramTable
from localazure.windows.machine.tokens import Token, system_token
from localazure.windows.machine.waiting import Cancelled

if TYPE_CHECKING:
    from localazure.windows.machine.machine import Machine

__all__ = ["KILLED", "ProcessContext", "ProcessInfo", "Processes", "Program", "ProgramTable", "RunningProcess"]

_log = logging.getLogger("localazure.windows")
_SHUT_DOWN_SECONDS = 2.0
_FATAL_EXCEPTION = 0xE0434352


class Processes:
    def __init__(self, machine: Machine, programs: ProgramTable) -> None:
        self._machine, self.programs = machine, programs
        self._running: dict[int, RunningProcess] = {}
        self._system: dict[int, ProcessInfo] = {}
        self._pids = itertools.count(1000, 4)
        self._lock = threading.RLock()
        self._shutting_down = False
        self.before_listing: list[Callable[[], None]] = []
        """Called before every listing, for processes that come and go with time."""

    def start(  # noqa: PLR0913 - as many as CreateProcess needs
        self,
        command_line: str,
        user: Token,
        environment: Mapping[str, str],
        cwd: str | None,
        stdin: BinaryIO,
        stdout: BinaryIO,
        stderr: BinaryIO,
        *,
        parent: int = 0,
    ) -> RunningProcess:
        """Start a program in a thread.

        Args:
            command_line: the program and its arguments, quoted as on Windows.
            user: who it runs as.
            environment: all its variables (see ``machine.variables``).
            cwd: a Windows folder; None for the user's profile.
            stdin: binary, like the other two; they stay open.
            stdout: what it writes.
            stderr: and what of it is an error.
            parent: the process that ends it when it is killed.

        Raises:
            MachineError: 2 no such program, 193 a file that the model cannot run, 267 no such folder, 1115 the machine
                is shutting down.
        """
        folder = cwd or self._machine.profiles.load(user)
        if not self._machine.files.is_folder(folder):
            raise MachineError(267, folder)
        arguments = split_command_line(command_line)
        path, program = self._find(arguments[0] if arguments else "", folder, environment)
        pid = next(self._pids)
        info = ProcessInfo(pid, image_name(path), path, command_line, user, parent, self._machine.time.now())
        process = RunningProcess(info, ancestors=self._ancestors(parent), _end_tree=self._end_tree)
        context = ProcessContext(
            self._machine, user, command_line, arguments[1:], dict(environment), folder,
            stdin, stdout, stderr, process.cancelled, pid,
        )  # fmt: skip
        process.thread = threading.Thread(
            target=self._run, args=(program, context, process), name=info.name, daemon=True
        )
        with self._lock:
            if self._shutting_down:
                raise MachineError(1115, path)
            self._running[pid] = process
            # Whoever shuts down finds it here, and waits for its thread.
            process.thread.start()
        return process

    def all(self) -> list[ProcessInfo]:
        """All processes, Windows' own with them, by process id."""
        for told in self.before_listing:
            told()
        with self._lock:
            running = [process.info for process in self._running.values()]
            return sorted([*self._system.values(), *running], key=lambda info: info.pid)

    def find(self, name: str) -> list[ProcessInfo]:
        """By name, with or without ``.exe``."""
        wanted = name.lower().removesuffix(".exe")
        return [info for info in self.all() if info.name.lower().removesuffix(".exe") == wanted]

    def kill(self, pid: int, exit_code: int = KILLED) -> None:
        """End one process and not what it started; raises NotFound (87), or 5 for one of Windows' own."""
        with self._lock:
            if pid in self._system:
                raise MachineError(5, str(pid))
            process = self._running.get(pid)
        if process is None:
            raise NotFound(str(pid), 87)
        self._end(process, exit_code)

    def shut_down(self) -> None:
        """End all, and start no more. Returns when their threads have ended, or after a moment."""
        with self._lock:
            self._shutting_down = True
            running = list(self._running.values())
        for process in running:
            self._end(process, KILLED)
        deadline = time.monotonic() + _SHUT_DOWN_SECONDS
        for process in running:
            if process.thread and process.thread is not threading.current_thread():
                process.thread.join(max(0.0, deadline - time.monotonic()))

    def show(self, name: str, path: str = "", parent: int = 4, pid: int | None = None) -> int:
        """List a process of Windows' own. Returns its id."""
        with self._lock:
            pid = next(self._pids) if pid is None else pid
            path = path or rf"C:\Windows\System32\{name}"
            self._system[pid] = ProcessInfo(pid, name, path, path, system_token(), parent, self._machine.time.now())
            return pid

    def hide(self, pid: int) -> None:
        with self._lock:
            self._system.pop(pid, None)

    def hide_all(self) -> None:
        with self._lock:
            self._system.clear()

    def _ancestors(self, parent: int) -> frozenset[int]:
        with self._lock:
            process = self._running.get(parent)
        return frozenset({parent, *(process.ancestors if process else ())})

    def _end(self, process: RunningProcess, exit_code: int) -> None:
        with self._lock:
            self._running.pop(process.pid, None)
        process.cancelled.set()
        process.finish(exit_code)

    def _end_tree(self, process: RunningProcess, exit_code: int) -> None:
        self._end(process, exit_code)
        with self._lock:
            below = [each for each in self._running.values() if process.pid in each.ancestors]
        for each in below:
            self._end(each, exit_code)

    def _run(self, program: Program, context: ProcessContext, process: RunningProcess) -> None:
        code = _FATAL_EXCEPTION
        try:
            code = program.run(context)
        except Cancelled:
            code = KILLED
        except Exception:  # noqa: BLE001 - whatever it was, it is the process that ends
            # A program of the model broke: what Windows shows of a program that broke is its exit code. One that was
            # ended may well stumble over what went away with the machine.
            if not process.cancelled.is_set():
                _log.exception("The model's %s broke", process.info.name)
        finally:
            with self._lock:
                self._running.pop(process.pid, None)
            process.finish(code)

    def _find(self, program: str, folder: str, environment: Mapping[str, str]) -> tuple[str, Program]:
        files = self._machine.files
        for candidate in _candidates(program, folder, environment):
            found = self.programs.find(image_name(candidate))
            if files.is_file(candidate):
                if found is None:
                    raise MachineError(193, candidate)
                return str(files.spelling(candidate)), found
        raise NotFound(program)


def _candidates(program: str, folder: str, environment: Mapping[str, str]) -> list[str]:
    """Where CreateProcess looks, and adds ``.exe`` where the name has no ending."""
    if not program:
        return []
    name = program if "." in image_name(program) else f"{program}.exe"
    if "\\" in name or "/" in name or ":" in name:
        return [name if name[1:2] == ":" or name[0] in "\\/" else rf"{folder}\{name}"]
    path = next((text for key, text in environment.items() if key.lower() == "path"), "")
    folders = [folder, r"C:\Windows\System32", r"C:\Windows", *path.split(";")]
    return [rf"{each.rstrip(chr(92))}\{name}" for each in folders if each]
