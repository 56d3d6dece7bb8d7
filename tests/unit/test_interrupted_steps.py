"""A script that was begun and whose builder died: it is found again, or it is known to be half-done."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mintage.artifacts import StepOutcome
from mintage.begun import Begun, InMemory
from mintage.customize import run_step
from mintage.errors import CommandFailed, ConnectionFailed, DeadlinePassed, StepInterrupted
from mintage.recipe import ShellStep
from tests.support.machine import Machine, machine

BOOT, NEXT_BOOT = "first-boot", "second-boot"
COUNTED = "echo run >>/srv/runs"


@pytest.fixture
def debian(tmp_path: Path) -> Iterator[Machine]:
    with machine(tmp_path) as debian:
        debian.tree.write({"run/boot_id": BOOT})
        yield debian


@pytest.fixture
def record() -> InMemory:
    return InMemory()


def shell(*inline: str, **fields: Any) -> ShellStep:
    return ShellStep(name="the step", kind="shell", inline=(COUNTED, *inline), **fields)


@pytest.fixture
def run(debian: Machine, record: InMemory, tmp_path: Path) -> Callable[..., StepOutcome]:
    def run(step: ShellStep, heard: Callable[[str], None] = print) -> StepOutcome:
        return run_step(debian.connect, step, tmp_path, heard, record)

    return run


Run = Callable[..., StepOutcome]


def drop_at(debian: Machine, line: str) -> Callable[[str], None]:
    """Cuts the connection when the script says so."""

    def hear(heard: str) -> None:
        if heard == line:
            debian.server.drop_connections()

    return hear


def runs(debian: Machine) -> int:
    return len(debian.tree.read("srv/runs").splitlines())


def reboot(debian: Machine) -> None:
    """What was in memory is gone."""
    debian.tree.write({"run/boot_id": NEXT_BOOT})
    debian.tree.remove("run/mintage")


def test_a_script_goes_on_without_its_builder_and_the_next_call_learns_its_exit_code(debian: Machine, run: Run) -> None:
    step = shell("echo begun", "sleep 1", "echo done", "exit 7", exit_codes=(7,))
    with pytest.raises(ConnectionFailed):
        run(step, drop_at(debian, "begun"))

    heard: list[str] = []
    outcome = run(step, heard.append)

    assert outcome.exit_code == 7
    assert heard == ["mintage: going on with what an earlier attempt started", "begun", "done"]
    assert runs(debian) == 1


def test_one_that_ended_meanwhile_is_found_as_well(debian: Machine, run: Run) -> None:
    step = shell("echo begun", "sleep 0.3", "touch /srv/done")
    with pytest.raises(ConnectionFailed):
        run(step, drop_at(debian, "begun"))
    deadline = time.monotonic() + 10
    while not debian.tree.exists("srv/done") and time.monotonic() < deadline:
        time.sleep(0.05)

    assert run(step).exit_code == 0
    assert runs(debian) == 1


def test_one_that_failed_while_nobody_looked_has_failed(debian: Machine, run: Run) -> None:
    step = shell("echo begun", "sleep 0.3", "echo why", "exit 3")
    with pytest.raises(ConnectionFailed):
        run(step, drop_at(debian, "begun"))
    with pytest.raises(CommandFailed, match=r"exit code 3(.|\n)*why"):
        run(step)


def test_after_a_restart_of_the_machine_nobody_knows_how_far_it_came(
    debian: Machine, run: Run, record: InMemory
) -> None:
    record.write(Begun(boot_id=BOOT))
    reboot(debian)
    with pytest.raises(StepInterrupted, match=f"begun in boot {BOOT}(.|\n)*now is in boot {NEXT_BOOT}"):
        run(shell())
    assert not debian.tree.exists("srv/runs")


def test_it_runs_again_when_its_recipe_says_that_it_may(debian: Machine, run: Run, record: InMemory) -> None:
    record.write(Begun(boot_id=BOOT))
    reboot(debian)
    assert run(shell(rerun=True)).exit_code == 0
    assert record.read() == Begun(boot_id=NEXT_BOOT, run=2)


def test_one_that_was_written_down_and_never_started_is_started(debian: Machine, run: Run, record: InMemory) -> None:
    record.write(Begun(boot_id=BOOT))
    assert run(shell()).exit_code == 0
    assert runs(debian) == 1


def test_what_failed_left_half_done_work(debian: Machine, run: Run) -> None:
    step = shell("test -e /srv/repaired")
    with pytest.raises(CommandFailed):
        run(step)
    with pytest.raises(StepInterrupted, match="it failed"):
        run(step)

    debian.tree.write({"srv/repaired": ""})
    assert run(step.model_copy(update={"rerun": True})).exit_code == 0
    assert runs(debian) == 2


def test_one_whose_process_is_gone_without_an_exit_code_is_half_done(debian: Machine, run: Run) -> None:
    step = shell("kill -KILL $PPID")
    with pytest.raises(StepInterrupted, match="gone without an exit code"):
        run(step)
    with pytest.raises(StepInterrupted, match="does not say that it may run again"):
        run(step)


@pytest.mark.parametrize(("rerun", "error"), [(False, CommandFailed), (True, DeadlinePassed)])
def test_one_that_takes_too_long_is_ended_and_worth_another_call_only_if_it_may_run_again(
    run: Run, rerun: bool, error: type[Exception]
) -> None:
    with pytest.raises(error, match=r"still ran after 1 s, and was ended(.|\n)*at work"):
        run(shell("echo at work", "sleep 60", timeout="1s", rerun=rerun))


def test_a_reboot_that_took_place_while_nobody_looked_is_done(debian: Machine, run: Run, record: InMemory) -> None:
    record.write(Begun(boot_id=BOOT))
    reboot(debian)
    assert run(shell("reboot", reboot=True)).rebooted
    assert not debian.tree.exists("srv/runs")


def test_a_machine_that_was_stopped_under_a_reboot_has_not_rebooted(
    debian: Machine, run: Run, record: InMemory
) -> None:
    record.write(Begun(boot_id=BOOT, spoiled=True))
    reboot(debian)
    with pytest.raises(StepInterrupted, match="its machine was stopped under it"):
        run(shell("reboot", reboot=True))


def test_scripts_keep_their_interpreter_their_environment_and_a_last_line_without_an_end(run: Run) -> None:
    heard: list[str] = []
    text = ("#!/usr/bin/python3", "import os, sys", "sys.stdout.write(os.environ['WORDS'])")
    step = ShellStep(name="the step", kind="shell", inline=text, environment={"WORDS": 'it\'s "all" $HOME'})
    run(step, heard.append)
    assert heard == ['it\'s "all" $HOME']
