"""Run Command's extension in the guest, with a program in PowerShell's place that does one thing."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from localazure.hypervisor import messages
from localazure.windows.base_image import ensure_base_image, unpack
from localazure.windows.guest.control import Control
from localazure.windows.guest.run_command import AGENT_SERVICE, FOLDER, RunCommand
from localazure.windows.machine.machine import Machine
from localazure.windows.machine.processes import ProcessContext, ProgramTable
from localazure.windows.machine.services import Status

WAIT = 5.0


class Tool:
    def __init__(self, action: Callable[[ProcessContext], int]) -> None:
        self.run = action


class Guest:
    """The extension, and the driver's end of its control socket."""

    def __init__(self, disk: Path) -> None:
        self.machine = Machine(disk, programs=ProgramTable())
        self.machine.services.set_status(AGENT_SERVICE, Status.RUNNING)
        self.host, guest = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.host.settimeout(WAIT)
        self._guest = guest
        self.extension = RunCommand(Control(guest))

    def start(self, action: Callable[[ProcessContext], int], text: str = "1", *parameters: tuple[str, str]) -> None:
        self.machine.processes.programs.add("powershell.exe", Tool(action))
        document = os.memfd_create("script")
        os.write(document, json.dumps({"text": text, "parameters": parameters}).encode())
        os.lseek(document, 0, os.SEEK_SET)
        try:
            self.extension.start(self.machine, {"number": 7}, [document])
        finally:
            os.close(document)

    def ended(self) -> dict[str, Any]:
        message, _ = messages.receive(self.host)
        assert message is not None
        assert (message.pop("event"), message.pop("number")) == ("script_ended", 7)
        return message

    def close(self) -> None:
        self.host.close()
        self._guest.close()


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ensure_base_image(tmp_path_factory.mktemp("cache"))


@pytest.fixture
def guest(image: Path, tmp_path: Path) -> Iterator[Guest]:
    unpack(image, tmp_path / "disk")
    made = Guest(tmp_path / "disk")
    yield made
    made.close()


def test_a_script_is_a_file_that_system_runs_with_named_arguments(guest: Guest) -> None:
    seen: list[ProcessContext] = []

    def look(context: ProcessContext) -> int:
        seen.append(context)
        context.stdout.write(b"out\r\n")
        context.stderr.write(b"err\r\n")
        return 0

    guest.start(look, "param($a)\nWrite-Host 'é'", ("a", 'two "words"'), ("b", ""))
    assert guest.ended() == {"exit_code": 0, "stdout": "out", "stderr": "err"}
    (context,) = seen
    assert (context.user.is_system, context.cwd) == (True, FOLDER)
    script = rf"{FOLDER}\script0.ps1"
    assert context.arguments == [
        "-ExecutionPolicy", "Unrestricted", "-NonInteractive", "-File", script, "-a", 'two "words"', "-b", "",
    ]  # fmt: skip
    assert guest.machine.files.read_bytes(script) == "\ufeffparam($a)\r\nWrite-Host 'é'".encode()


def test_each_script_is_a_file_of_its_own(guest: Guest) -> None:
    for _ in range(2):
        guest.start(lambda _: 3)
        assert guest.ended()["exit_code"] == 3
    assert guest.machine.files.is_file(rf"{FOLDER}\script1.ps1")


def test_the_last_bytes_come_back_and_whole_characters_only(guest: Guest) -> None:
    def write(context: ProcessContext) -> int:
        context.stdout.write("é".encode() * 100_000)
        context.stdout.write(b"x\r\n" * 2 + b"end\r\n\r\n")
        return 0

    guest.start(write)
    out = guest.ended()["stdout"]
    assert out.endswith("éx\nx\nend")
    assert 4090 < len(out.encode()) <= 4096


def test_an_agent_that_is_stopped_takes_the_script_when_it_runs_again(guest: Guest) -> None:
    guest.machine.services.set_status(AGENT_SERVICE, Status.STOPPED)
    guest.start(lambda _: 0)
    guest.host.settimeout(0.3)
    with pytest.raises(TimeoutError):
        messages.receive(guest.host)
    guest.host.settimeout(WAIT)
    guest.machine.services.set_status(AGENT_SERVICE, Status.RUNNING)
    assert guest.ended()["exit_code"] == 0


def test_a_script_that_nobody_waits_for_is_ended(guest: Guest) -> None:
    running = threading.Event()

    def wait(context: ProcessContext) -> int:
        running.set()
        context.cancelled.wait(WAIT)
        return 0

    guest.start(wait)
    assert running.wait(WAIT)
    guest.extension.stop({"number": 7}, [])
    assert guest.ended()["exit_code"] == 0xFFFFFFFF


def test_a_machine_without_powershell_says_so(guest: Guest) -> None:
    guest.machine.files.delete(r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe")
    guest.start(lambda _: 0)
    assert "powershell.exe could not be started" in guest.ended()["failure"]
