"""Commands while they run: output as it comes, input in blocks, signals, several at once."""

import hashlib
import threading
import time
from collections.abc import Callable

import pytest
from pypsrp.shell import Process, SignalCode, WinRS
from requests import ReadTimeout
from winrm.exceptions import WinRMOperationTimeoutError, WSManFaultError

from tests.support.winrm_site import Site


def eventually(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 5
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return condition()


def test_output_arrives_while_the_command_runs(site: Site) -> None:
    client = site.pywinrm()
    shell = client.open_shell()
    command = client.run_command(shell, "echo first; read go; echo second")
    assert client.get_command_output_raw(shell, command) == (b"first\n", b"", -1, False)
    client.send_command_input(shell, command, b"go\n")
    seen, code, done = b"", -1, False
    while not done:
        out, _, code, done = client.get_command_output_raw(shell, command)
        seen += out
    assert (seen, code) == (b"second\n", 0)
    client.close_shell(shell)


def test_a_large_input_in_blocks_comes_back_whole(site: Site) -> None:
    client = site.pywinrm()
    shell = client.open_shell()
    command = client.run_command(shell, "sha256sum; cat")
    block = bytes(range(256)) * 800
    for number in range(10):
        client.send_command_input(shell, command, block, end=number == 9)
    out, _, code = client.get_command_output(shell, command)
    expected = hashlib.sha256(block * 10).hexdigest()
    assert (out.decode(), code) == (f"{expected}  -\n", 0)
    client.close_shell(shell)


def test_each_answer_fits_the_envelope_the_client_asked_for(site: Site) -> None:
    client = site.pywinrm()
    sizes: list[int] = []
    session = client.transport.build_session()
    session.hooks["response"].append(lambda response, **_: sizes.append(len(response.content)))
    shell = client.open_shell()
    command = client.run_command(shell, "head -c 1000000 /dev/zero; head -c 300000 /dev/zero >&2")
    out, err, _ = client.get_command_output(shell, command)
    assert (len(out), len(err)) == (1_000_000, 300_000)
    assert 100_000 < max(sizes) <= 153_600
    client.close_shell(shell)


def test_two_commands_run_at_once_in_one_shell(site: Site) -> None:
    client = site.pywinrm()
    shell = client.open_shell()
    waiting = client.run_command(shell, "read line; echo got $line")
    other = client.run_command(shell, "echo quick")
    assert client.get_command_output(shell, other)[0] == b"quick\n"
    answers: list[bytes] = []
    second = site.pywinrm()
    reader = threading.Thread(target=lambda: answers.append(second.get_command_output(shell, waiting)[0]))
    reader.start()
    client.send_command_input(shell, waiting, b"it\n")
    reader.join(5)
    assert answers == [b"got it\n"]
    client.close_shell(shell)


def test_terminate_ends_a_command_and_its_children_and_forgets_it(site: Site) -> None:
    client = site.pywinrm()
    shell = client.open_shell()
    command = client.run_command(shell, "sleep 60 & echo child; wait")
    assert client.get_command_output_raw(shell, command)[0] == b"child\n"
    client.cleanup_command(shell, command)
    assert eventually(lambda: site.host.started[0].exit_code is not None)
    with pytest.raises(WSManFaultError) as gone:
        client.get_command_output_raw(shell, command)
    assert gone.value.wsman_fault_code == 2150858843
    client.close_shell(shell)


def test_ctrl_c_interrupts_and_the_command_stays(site: Site) -> None:
    with WinRS(site.pypsrp()) as shell:
        process = Process(shell, "trap 'echo caught; exit 7' INT; echo ready; while :; do sleep 0.02; done")
        process.begin_invoke()
        process.poll_invoke()
        process.signal(SignalCode.CTRL_C)
        process.end_invoke()
        assert (process.stdout, process.rc) == (b"ready\ncaught\n", 7)


def test_the_end_of_a_command_is_told_again_and_exit_codes_have_no_sign(site: Site) -> None:
    client = site.pywinrm()
    shell = client.open_shell()
    command = client.run_command(shell, "kill -9 $$")
    assert client.get_command_output(shell, command) == (b"", b"", 2**32 - 9)
    assert client.get_command_output_raw(shell, command) == (b"", b"", 2**32 - 9, True)
    client.send_command_input(shell, command, b"nobody reads this", end=True)
    client.close_shell(shell)


def test_deleting_a_shell_ends_what_runs_in_it(site: Site) -> None:
    client = site.pywinrm()
    shell = client.open_shell()
    client.run_command(shell, "sleep 60")
    client.close_shell(shell)
    assert eventually(lambda: site.host.started[0].exit_code is not None)


def test_a_quiet_command_times_out_and_goes_on(site: Site) -> None:
    client = site.pywinrm(operation_timeout_sec=1)
    shell = client.open_shell()
    command = client.run_command(shell, "read line; echo $line")
    started = time.monotonic()
    with pytest.raises(WinRMOperationTimeoutError):
        client.get_command_output_raw(shell, command)
    assert 0.9 < time.monotonic() - started < 3
    client.send_command_input(shell, command, b"late\n")
    assert client.get_command_output(shell, command)[0] == b"late\n"
    client.close_shell(shell)


def test_a_program_that_takes_no_input_stops_its_client(site: Site) -> None:
    """One block fits the pipe or waits for it; another is refused when the operation's time is up, not swallowed."""
    client = site.pywinrm(operation_timeout_sec=1)
    shell = client.open_shell()
    command = client.run_command(shell, "read go < /dev/tty || sleep 60")
    block = bytes(200_000)
    client.send_command_input(shell, command, block)
    with pytest.raises(WinRMOperationTimeoutError):
        client.send_command_input(shell, command, block)
    client.close_shell(shell)


def test_a_client_that_hangs_up_takes_no_output_from_the_next(site: Site) -> None:
    client = site.pywinrm()
    shell = client.open_shell()
    command = client.run_command(shell, "read line; echo $line")
    impatient = site.pywinrm()
    impatient.transport.read_timeout_sec = 0.3  # type: ignore[assignment]
    with pytest.raises(ReadTimeout):
        impatient.get_command_output_raw(shell, command)
    impatient.transport.close_session()
    client.send_command_input(shell, command, b"for the second\n")
    assert client.get_command_output(shell, command)[0] == b"for the second\n"
    client.close_shell(shell)
