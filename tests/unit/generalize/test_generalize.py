"""What generalizing leaves on the disk of a machine that was built on."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from mintage.errors import ConnectionFailed, GeneralizeError, LoginRefused
from mintage.generalize import GeneralizedGuest, checks_from_serial_log, generalize
from mintage.generalize.debian import Debian
from mintage.recipe import Generalize
from tests.support.layouts.base import BUILD_USER
from tests.support.machine import Machine
from tests.support.root_tree import HOST_NAME, RootTree

KEPT = (
    "etc/ssh/sshd_config",
    "srv/app/.ssh/config",
    "var/spool/cron/atjobs/.SEQ",
    "var/spool/cron/crontabs/app",
    "var/log/journal",
    "var/log/app/postgresql-15-main.log",
)
OPERATIONS = Debian("Debian").operations_for(Generalize())
EMPTY = ("etc/machine-id", "var/log/auth.log", "var/log/app/postgresql-15-main.log")


def _generalize(machine: Machine, log: Callable[[str], None] = lambda line: None) -> GeneralizedGuest:
    with machine.connect() as remote:
        return generalize(remote, Generalize(), Path(), BUILD_USER, log)


def _wait_for(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def _powered_off(tree: RootTree) -> bool:
    return tree.exists("run/systemctl.log") and "poweroff" in tree.read("run/systemctl.log")


def test_what_belongs_to_others_stays_and_logs_are_emptied_in_place(debian: Machine) -> None:
    _generalize(debian)
    assert [name for name in KEPT if not debian.tree.exists(name)] == []
    assert [name for name in EMPTY if debian.tree.read(name)] == []


def test_nobody_is_left_who_could_log_in(debian: Machine) -> None:
    _generalize(debian)
    grep = ["grep", "-rlw", BUILD_USER, str(debian.tree.path / "etc")]
    assert subprocess.run(grep, check=False, capture_output=True, text=True).stdout == ""
    assert debian.tree.read("etc/sudoers.d/mine") == "app ALL=(ALL) /bin/true\n"
    assert "app:" in debian.tree.read("etc/shadow")


def test_the_machine_forgets_its_name(debian: Machine) -> None:
    _generalize(debian)
    assert debian.tree.read("etc/hostname") == "localhost.localdomain\n"
    assert HOST_NAME not in debian.tree.read("etc/hosts")
    assert "127.0.0.1 localhost" in debian.tree.read("etc/hosts")


def test_options_keep_logs_and_package_cache(debian: Machine) -> None:
    options = Generalize(keep_logs=True, keep_package_cache=True)
    with debian.connect() as remote:
        guest = generalize(remote, options, Path(), BUILD_USER, print)
    assert debian.tree.read("var/log/auth.log") == "login\n"
    assert debian.tree.exists("var/cache/apt/archives/nginx.deb")
    assert {"logs", "utmp", "package-cache"}.isdisjoint(check.name for check in guest.checks)


def test_what_is_left_over_fails_the_proof_by_name_and_the_machine_stays_on(debian: Machine) -> None:
    stuck = debian.tree.path / "opt/stand-ins/userdel"
    stuck.write_text("#!/bin/sh\necho cannot >&2\nexit 8\n")
    stuck.chmod(0o755)
    with pytest.raises(GeneralizeError) as failure:
        _generalize(debian)
    assert "build-user: /etc/passwd: builder" in failure.value.seen
    assert "cannot\ngeneralize: build-user ended with exit code" in failure.value.seen
    assert "machine-id" not in failure.value.seen
    assert not _powered_off(debian.tree)


def test_a_machine_that_is_not_ready_is_left_as_it_is(debian: Machine) -> None:
    (debian.tree.path / "var/lib/waagent/ovf-env.xml").unlink()
    debian.tree.write({"run/swaps": "Filename Type Size Used Priority\n/swapfile file 1 0 -2\n"})
    with pytest.raises(GeneralizeError, match="nothing was changed") as failure:
        _generalize(debian)
    assert "provisioning-record: /var/lib/waagent/ovf-env.xml is absent" in failure.value.seen
    assert "no-swap-on-disk: /swapfile (file)" in failure.value.seen
    assert debian.tree.exists("root/.bash_history")


def test_a_record_of_another_user_would_leave_the_login(debian: Machine) -> None:
    debian.tree.write({"var/lib/waagent/ovf-env.xml": "<x><ns1:UserName>somebody</ns1:UserName></x>"})
    with pytest.raises(GeneralizeError, match="names another user than builder"):
        _generalize(debian)


def test_the_work_goes_on_without_the_connection_and_is_taken_up_again(debian: Machine) -> None:
    agent = debian.tree.path / "opt/stand-ins/waagent"
    go_on = "until [ -e /run/go-on ]; do sleep 0.05; done\n"
    agent.write_text(agent.read_text().replace("[ -z", go_on + "[ -z", 1))

    def drop(line: str) -> None:
        if line == "generalize: agent":
            threading.Thread(target=debian.server.drop_connections).start()

    with pytest.raises(ConnectionFailed):
        _generalize(debian, drop)
    heard: list[str] = []
    debian.tree.write({"run/go-on": ""})
    guest = _generalize(debian, heard.append)
    assert any("going on with what an earlier attempt started" in line for line in heard)
    assert heard.count("generalize: agent") == 1
    assert all(check.passed for check in guest.checks)


def test_a_worker_that_died_is_started_again_from_any_operation(debian: Machine) -> None:
    agent = debian.tree.path / "opt/stand-ins/waagent"
    whole = agent.read_text()
    # The record of provisioning is gone by then, so the preflight may not be asked again.
    agent.write_text(whole.replace("[ -z", 'kill -KILL "$(cat /run/mintage/generalize/worker.pid)"; [ -z', 1))
    with pytest.raises(ConnectionFailed, match="before its proof"):
        _generalize(debian)
    agent.write_text(whole)
    heard: list[str] = []
    guest = _generalize(debian, heard.append)
    assert "generalize: an earlier attempt ended in its phase: acting; starting again" in heard
    assert all(check.passed for check in guest.checks)


def test_the_serial_console_has_the_proof_when_nobody_can_log_in_any_more(debian: Machine) -> None:
    _generalize(debian)
    debian.server.forget_user()
    with pytest.raises(LoginRefused):
        debian.connect()
    log = "[    1.0] kernel\n" + debian.tree.read("run/console") + "[    9.0] reboot: Power down\n"
    boot_id = debian.tree.read("run/boot_id").strip()
    assert checks_from_serial_log(log, OPERATIONS, "00000000-0000-0000-0000-000000000002") is None, (
        "a disk put back since"
    )
    checks = checks_from_serial_log(log, OPERATIONS, boot_id)
    assert checks is not None
    assert len(checks) == len(OPERATIONS)
    assert all(check.passed for check in checks)


def test_a_serial_console_without_a_proof_has_none() -> None:
    assert checks_from_serial_log("[ 1.0] kernel\nmintage-generalized passed=yes boot=1 proof=AAAA\n", (), "1") is None


def test_secrets_are_overwritten_and_not_only_deleted(debian: Machine) -> None:
    secrets = (
        "etc/ssh/ssh_host_ed25519_key",
        "var/lib/waagent/ovf-env.xml",
        "var/lib/waagent/CustomData",
        "var/lib/cloud/instances/vm/user-data.txt",
    )
    with ExitStack() as stack:
        # A file that is open outlives its deletion, as its blocks on a disk do.
        opened = {name: stack.enter_context((debian.tree.path / name).open("rb")) for name in secrets}
        before = {name: file.read() for name, file in opened.items()}
        _generalize(debian)
        for name, file in opened.items():
            file.seek(0)
            assert before[name] not in file.read(), name
            assert not debian.tree.exists(name)
