r"""Run Command: the extension that runs a script as SYSTEM.

As on Azure the script becomes a file below ``C:\Packages\Plugins`` that stays there, and its parameters arguments.
"""

from __future__ import annotations

import io
import time
from contextlib import suppress

from localazure.hypervisor.base import LONGEST_OUTPUT
from localazure.windows.guest.control import Control, Message, read_document
from localazure.windows.guest.streams import Outputs
from localazure.windows.machine.command_line import quote
from localazure.windows.machine.errors import MachineError
from localazure.windows.machine.machine import Machine
from localazure.windows.machine.processes import RunningProcess
from localazure.windows.machine.services import Status
from localazure.windows.machine.tokens import system_token

AGENT_SERVICE = "WindowsAzureGuestAgent"
FOLDER = r"C:\Packages\Plugins\Microsoft.CPlat.Core.RunCommandWindows\1.1.18\Downloads"
_POWERSHELL = r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe"
_BYTE_ORDER_MARK = "\ufeff"
_BLOCK = 65_536
_LOOK_SECONDS = 0.1


class RunCommand:
    """One script at a time, which the server sees to."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._running: dict[int, RunningProcess] = {}
        self._stopped: set[int] = set()

    def start(self, machine: Machine, message: Message, descriptors: list[int]) -> Message:
        """Begin. The driver is told ``script_ended`` with what came of it."""
        number, script = message["number"], read_document(descriptors)
        self._control.in_background(lambda: self._run(machine, number, script))
        return {}

    def stop(self, message: Message, _: list[int]) -> Message:
        self._stopped.add(message["number"])
        self._end_if_stopped(message["number"])
        return {}

    def _run(self, machine: Machine, number: int, script: Message) -> None:
        if not self._agent_runs(machine, number):
            return
        outputs = Outputs()
        try:
            process = _begin(machine, script, outputs)
        except MachineError as error:
            self._control.tell("script_ended", number=number, failure=f"powershell.exe could not be started: {error}")
            return
        self._running[number] = process
        # Told to stop while it was begun, nobody found it running.
        self._end_if_stopped(number)
        tails = _read_to_end(process, outputs)
        self._running.pop(number, None)
        shown = {name: _shown(tail) for name, tail in tails.items()}
        self._control.tell("script_ended", number=number, exit_code=process.exit_code, **shown)

    def _end_if_stopped(self, number: int) -> None:
        process = self._running.get(number)
        if process is not None and number in self._stopped:
            with suppress(MachineError):
                process.kill()

    def _agent_runs(self, machine: Machine, number: int) -> bool:
        """An agent that does not run takes no script; one that is started later takes it then.

        False when nobody waits for the script any more.
        """
        while machine.services.status(AGENT_SERVICE) is not Status.RUNNING:
            if number in self._stopped:
                return False
            time.sleep(_LOOK_SECONDS)
        return True


def _begin(machine: Machine, script: Message, outputs: Outputs) -> RunningProcess:
    file, user = _write_script(machine, script["text"]), system_token()
    streams = (io.BytesIO(), outputs.sink("stdout"), outputs.sink("stderr"))
    command = _command_line(file, script["parameters"])
    return machine.processes.start(command, user, machine.variables(user), FOLDER, *streams)


def _write_script(machine: Machine, text: str) -> str:
    files = machine.files
    files.make_folder(FOLDER)
    number = next(n for n in range(1_000_000) if not files.exists(rf"{FOLDER}\script{n}.ps1"))
    path = rf"{FOLDER}\script{number}.ps1"
    # Windows PowerShell takes a file without the mark for one in the ANSI code page.
    files.write_text(path, _BYTE_ORDER_MARK + text.replace("\r\n", "\n").replace("\n", "\r\n"))
    return path


def _command_line(file: str, parameters: list[list[str]]) -> str:
    arguments = [word for name, value in parameters for word in (f"-{name}", value)]
    return quote([_POWERSHELL, "-ExecutionPolicy", "Unrestricted", "-NonInteractive", "-File", file, *arguments])


def _read_to_end(process: RunningProcess, outputs: Outputs) -> dict[str, bytes]:
    tails = {"stdout": b"", "stderr": b""}
    going, more = True, True
    while going or more:
        going = process.exit_code is None
        out, err = outputs.read(_LOOK_SECONDS if going else 0, _BLOCK)
        # Twice as much as is returned, since line ends become shorter.
        tails["stdout"] = (tails["stdout"] + out)[-2 * LONGEST_OUTPUT :]
        tails["stderr"] = (tails["stderr"] + err)[-2 * LONGEST_OUTPUT :]
        more = bool(out or err)
    return tails


def _shown(tail: bytes) -> str:
    text = tail.decode(errors="ignore").removeprefix(_BYTE_ORDER_MARK).replace("\r\n", "\n").rstrip("\n")
    return text.encode()[-LONGEST_OUTPUT:].decode(errors="ignore")
