"""Standard streams of modelled programs, and the WinRM host over them, with programs that do one thing each."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from localazure.windows.guest.shell_host import (
    POLICIES,
    REMOTE_UAC_POLICY,
    MachineAccounts,
    MachineShellHost,
    Recoding,
    WinRmProcess,
)
from localazure.windows.guest.streams import CAPACITY, Input, Outputs
from localazure.windows.machine.accounts import AccountsState
from localazure.windows.machine.machine import Machine, write_state
from localazure.windows.machine.passwords import nt_hash
from localazure.windows.machine.processes import ProcessContext, ProgramTable
from localazure.windows.machine.state import MachineState
from localazure.windows.winrm.shell_host import ShellHostError

PASSWORD = "Correct-Horse-1"
TOOL = r"C:\tool.exe"
WAIT = 5.0


class Tool:
    """A program that is a Python function."""

    def __init__(self, action: Callable[[ProcessContext], int]) -> None:
        self.run = action


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    (tmp_path / "files" / "C").mkdir(parents=True)
    write_state(tmp_path, MachineState(what="a test", accounts=AccountsState(machine_sid="S-1-5-21-1-2-3")))
    machine = Machine(tmp_path, programs=ProgramTable())
    machine.users.create("builder", PASSWORD)
    machine.users.add_member("Administrators", "builder")
    machine.files.write_text(TOOL, "")
    return machine


def start(machine: Machine, action: Callable[[ProcessContext], int], codepage: int = 65001) -> WinRmProcess:
    machine.processes.programs.add("tool.exe", Tool(action))
    return MachineShellHost(machine).start("builder", TOOL, {"COLOUR": "blue"}, None, codepage)


def all_of(process: WinRmProcess) -> tuple[bytes, bytes, int]:
    out = err = b""
    while process.exit_code is None:
        output = process.read(WAIT, 100)
        out, err = out + output.stdout, err + output.stderr
    return out, err, process.exit_code


def test_a_program_runs_as_the_user_with_its_environment(machine: Machine) -> None:
    def show(context: ProcessContext) -> int:
        text = f"{context.user.name} {context.user.logon} {context.environment['COLOUR']} {context.cwd}"
        context.stdout.write(text.encode())
        context.stderr.write(b"oops")
        return 7

    assert all_of(start(machine, show)) == (rb"builder network blue C:\Users\builder", b"oops", 7)


def test_input_comes_in_order_to_its_end_and_faster_than_one_block(machine: Machine) -> None:
    def count(context: ProcessContext) -> int:
        lines = list(context.stdin)
        context.stdout.write(f"{len(lines)} {sum(map(len, lines))}".encode())
        return 0

    process = start(machine, count)
    line = b"x" * 99 + b"\n"
    for _ in range(40):
        process.write(line * 2000)
    process.close_stdin()
    process.close_stdin()
    assert all_of(process) == (b"80000 8000000", b"", 0)


def test_a_writer_waits_for_its_reader_and_loses_nothing(machine: Machine) -> None:
    size = 4 * CAPACITY

    def write(context: ProcessContext) -> int:
        for _ in range(size // 65536):
            context.stdout.write(b"y" * 65536)
        return 0

    process, taken = start(machine, write), 0
    while process.exit_code is None:
        output = process.read(WAIT, 500_000)
        assert len(output.stdout) <= 500_000
        taken += len(output.stdout)
    assert taken == size


def test_a_program_is_ended_and_what_it_is_given_then_is_lost(machine: Machine) -> None:
    waiting = threading.Event()

    def wait(context: ProcessContext) -> int:
        waiting.set()
        context.cancelled.wait(WAIT)
        context.stdout.write(b"too late")
        return 0

    process = start(machine, wait)
    assert waiting.wait(WAIT)
    assert process.read(0, 100).stdout == b""
    assert process.exit_code is None
    process.terminate("ctrl_c")
    assert all_of(process) == (b"", b"", 0xC000013A)
    process.write(b"z" * 3 * CAPACITY)
    process.terminate("terminate")


def test_what_cannot_be_started_is_refused_with_windows_number(machine: Machine) -> None:
    with pytest.raises(ShellHostError) as caught:
        MachineShellHost(machine).start("builder", r"C:\gone.exe", {}, None, 65001)
    assert caught.value.code == 2
    with pytest.raises(ShellHostError) as nowhere:
        MachineShellHost(machine).start("builder", TOOL, {}, r"C:\nowhere", 65001)
    assert nowhere.value.code == 267


def test_a_console_of_another_code_page_shows_what_it_has() -> None:
    console = Recoding(437)
    text = "naïve – 東".encode()
    assert b"".join(console.encode(text[at : at + 1]) for at in range(len(text))) == b"na\x8bve ? ?"
    assert Recoding(65001).encode(text) == text


def test_a_read_ends_at_once_when_there_is_something() -> None:
    outputs = Outputs()
    threading.Timer(0.05, outputs.write, ("stderr", b"late")).start()
    assert outputs.read(WAIT, 100) == (b"", b"late")
    outputs.end()
    assert outputs.read(WAIT, 100) == (b"", b"")
    assert outputs.drained


def test_input_can_be_read_by_line_while_it_comes() -> None:
    given = Input()
    reader = given.reader()
    given.feed(b"one\ntwo\nth")
    assert (reader.readline(), reader.readline()) == (b"one\n", b"two\n")
    given.feed(b"ree")
    given.end()
    assert (reader.readline(), reader.readline()) == (b"three", b"")


def test_only_administrators_and_remote_management_users_come_in(machine: Machine) -> None:
    accounts = MachineAccounts(machine)
    # Remote UAC: over the network only the built-in account keeps an administrator's rights, unless a policy says so.
    assert accounts.check_password("builder", PASSWORD) is None
    machine.registry.set(POLICIES, REMOTE_UAC_POLICY, 1)
    assert accounts.check_password("builder", PASSWORD) == "builder"
    machine.users.create("guest1", PASSWORD)
    assert accounts.nt_hash("guest1") is None
    assert accounts.check_password("guest1", PASSWORD) is None
    machine.users.add_member("Remote Management Users", "guest1")
    assert accounts.nt_hash("GUEST1") == bytes.fromhex(nt_hash(PASSWORD))
    assert accounts.check_password("Guest1", PASSWORD) == "guest1"
    assert accounts.check_password("guest1", "wrong") is None
    machine.users.require("guest1").enabled = False
    assert accounts.nt_hash("guest1") is None
