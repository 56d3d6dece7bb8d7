"""What goes wrong with a model guest on demand, as who is logged in to it sees it."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import paramiko
import pytest

from localazure.hypervisor.base import HypervisorError, Machine, PowerState, Script
from localazure.hypervisor.mishaps import (
    PANIC,
    ClockSkew,
    ConnectionsCut,
    Crash,
    FullDisk,
    NewHostKeys,
    SysprepCause,
)
from tests.support.model_guest import Lab, Shell, boot_id, forwarded
from tests.support.until import until

GONE = (OSError, EOFError, paramiko.SSHException)


def is_dead(shell: Shell) -> bool:
    try:
        shell.run("true")
    except GONE:
        return True
    return False


def test_a_crash_stops_the_machine_and_says_why(lab: Lab) -> None:
    made = lab.boot("web")
    with lab.shell(made) as shell:
        lab.hypervisor.befall(made.vm_id, Crash())
        until(lambda: is_dead(shell))
    status = lab.hypervisor.status(made.vm_id)
    assert (status.power, status.crash) == (PowerState.STOPPED, PANIC)
    assert PANIC.encode() in lab.hypervisor.serial_log(made.vm_id)
    lab.hypervisor.start(made)
    with lab.shell(made) as shell:
        assert shell.out("hostname") == "web"


def test_a_crash_that_boots_again_has_another_boot_id(lab: Lab) -> None:
    made = lab.boot("web")
    with lab.shell(made) as shell:
        before = boot_id(shell)
    lab.hypervisor.befall(made.vm_id, Crash(then="reboots"))
    with lab.shell(made) as shell:
        assert boot_id(shell) != before
    assert lab.hypervisor.status(made.vm_id).power is PowerState.RUNNING


def test_a_guest_that_hangs_answers_nothing_until_its_power_is_cut(lab: Lab) -> None:
    made = lab.boot("web")
    with lab.shell(made) as shell:
        assert shell.out("echo before") == "before"
        lab.hypervisor.befall(made.vm_id, Crash(then="hangs"))
        script = lab.hypervisor.begin_script(made.vm_id, Script(text="true"))
        with pytest.raises(paramiko.SSHException):
            shell._transport.open_session(timeout=0.5)
        assert not script.done()
        status = lab.hypervisor.status(made.vm_id)
        assert status.power is PowerState.RUNNING
        assert status.agent is not None
        assert status.agent.seconds_since_report < 5
    lab.hypervisor.freeze_disk("web-disk", "while-hanging")
    lab.hypervisor.restart(made.vm_id)
    with pytest.raises(HypervisorError, match="stopped before the script ended"):
        script.result(10)
    with lab.shell(made) as shell:
        assert shell.out("echo after") == "after"


def test_connections_are_reset_and_the_next_ones_let_in(lab: Lab) -> None:
    made = lab.boot("web")
    with lab.shell(made) as shell:
        running = shell.start("sleep 60; touch /tmp/finished")
        lab.hypervisor.befall(made.vm_id, ConnectionsCut(ports=(80,)))
        assert shell.out("echo there") == "there"
        lab.hypervisor.befall(made.vm_id, ConnectionsCut(ports=(22,)))
        assert running.recv_exit_status() == -1
        assert is_dead(shell)
    with lab.shell(made) as shell:
        # What a session runs hears that it is gone, as from sshd.
        until(lambda: shell.run("pgrep -x sleep").code == 1)
        assert shell.run("test -e /tmp/finished").code == 1


def test_other_host_keys_are_shown_to_who_comes_next(lab: Lab) -> None:
    made = lab.boot("web")
    with lab.shell(made) as before:
        lab.hypervisor.befall(made.vm_id, NewHostKeys())
        assert before.out("echo still here") == "still here"
        with lab.shell(made) as after:
            assert after.host_key != before.host_key
            known = after.out("sudo cat /etc/ssh/ssh_host_*_key.pub")
            assert after.host_key in known
            assert before.host_key not in known
    lab.reboot_from_inside(made)
    with lab.shell(made) as again:
        assert again.host_key in known


def test_nothing_can_be_written_to_a_full_disk_and_everything_read(lab: Lab) -> None:
    made = lab.boot("web")
    with lab.shell(made) as shell:
        shell.out("echo kept > kept; sudo touch /var/lib/there")
        lab.hypervisor.befall(made.vm_id, FullDisk())
        for path in ("more", "kept", "/tmp/more", "/var/tmp/more"):
            written = shell.run(f"echo more >> {path}")
            assert written.code != 0
            assert "No space left on device" in written.err
        assert shell.run("sudo sh -c 'echo more > /etc/more'").code != 0
        assert shell.out("cat kept; ls /var/lib/there") == "kept\n/var/lib/there"
        assert shell.out("awk 'BEGIN { print 1 }'") == "1"
        assert shell.out("df --output=pcent /var | tail -1") == "100%"
    with lab.shell(made) as shell:
        lab.hypervisor.befall(made.vm_id, FullDisk(full=False))
        assert shell.out("echo more >> kept; cat kept") == "kept\nmore"
        assert shell.out("ls -A /run | grep full || true") == ""


def test_a_wrong_clock_is_what_the_guest_is_told(lab: Lab) -> None:
    made = lab.boot("web")
    with lab.shell(made) as shell:
        lab.hypervisor.befall(made.vm_id, ClockSkew(seconds=-86400))
        assert abs(int(shell.out("date +%s")) - (time.time() - 86400)) < 30
        assert shell.out("date -u -d @0 +%Y") == "1970"
        lab.hypervisor.befall(made.vm_id, ClockSkew(seconds=3600))
        assert abs(int(shell.out("date +%s")) - (time.time() + 3600)) < 30
        lab.hypervisor.befall(made.vm_id, ClockSkew(seconds=0))
        assert abs(int(shell.out("date +%s")) - time.time()) < 30


def test_what_cannot_befall_a_linux_guest_is_refused(lab: Lab) -> None:
    made: Machine = lab.boot("web")
    assert SysprepCause not in lab.hypervisor.mishaps("Linux")
    assert lab.hypervisor.mishaps("Windows") == frozenset()
    with pytest.raises(HypervisorError, match="cannot have this: SysprepCause"):
        lab.hypervisor.befall(made.vm_id, SysprepCause(cause="bitlocker"))
    lab.hypervisor.stop(made.vm_id, graceful=True)
    with pytest.raises(HypervisorError, match="is not running"):
        lab.hypervisor.befall(made.vm_id, Crash())
    assert forwarded(made)


SLOW_COPY = r"""cat > /usr/local/bin/cp <<'END'
#!/bin/sh
if mkdir /tmp/copying 2> /dev/null; then sleep 0.3; else sleep 1; fi
exec /usr/bin/cp "$@"
END
chmod 755 /usr/local/bin/cp"""


def test_a_clock_that_two_set_at_once_is_told(lab: Lab) -> None:
    """A condition that begins at a change of the machine comes with the call, and with what carries the change out."""
    made = lab.boot("web")
    lab.hypervisor.begin_script(made.vm_id, Script(text=SLOW_COPY)).result(10)
    with ThreadPoolExecutor(2) as two:
        list(two.map(lambda _: lab.hypervisor.befall(made.vm_id, ClockSkew(seconds=3600)), range(2)))
    told = lab.hypervisor.begin_script(made.vm_id, Script(text="date +%s")).result(10)
    assert abs(int(told.stdout) - (time.time() + 3600)) < 30
