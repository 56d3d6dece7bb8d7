"""Customize steps, done on a machine."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

from mintage.begun import InMemory
from mintage.customize import run_step
from mintage.errors import CommandFailed, DeadlinePassed, RecipeError
from mintage.recipe import DirectoryStep, FileStep, ShellStep
from tests.support.machine import Machine, machine

OLD, NEW = "old-boot", "new-boot"


@pytest.fixture
def debian(tmp_path: Path) -> Iterator[Machine]:
    with machine(tmp_path) as debian:
        debian.tree.write({"run/boot_id": OLD})
        yield debian


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "recipe"
    (folder / "site/deep").mkdir(parents=True)
    (folder / "motd").write_text("hello\n")
    (folder / "site/deep/index.html").write_text("<h1>hello</h1>\n")
    (folder / "install.sh").write_text('#!/bin/bash\necho "$0 $GREETING $DEBIAN_FRONTEND"\n')
    return folder


def test_a_file_is_put_in_place(debian: Machine, folder: Path) -> None:
    step = FileStep(name="motd", kind="file", source="motd", destination=PurePosixPath("/etc/motd"), mode="0600")
    outcome = run_step(debian.connect, step, folder, print, InMemory())
    assert outcome.name == "motd"
    assert debian.tree.read("etc/motd") == "hello\n"
    assert stat.S_IMODE((debian.tree.path / "etc/motd").stat().st_mode) == 0o600


def test_a_folder_is_put_in_place(debian: Machine, folder: Path) -> None:
    step = DirectoryStep(name="site", kind="directory", source="site", destination=PurePosixPath("/srv/www"))
    run_step(debian.connect, step, folder, print, InMemory())
    assert debian.tree.read("srv/www/deep/index.html") == "<h1>hello</h1>\n"


def test_a_script_beside_the_recipe_runs_with_its_environment(debian: Machine, folder: Path) -> None:
    heard: list[str] = []
    step = ShellStep(name="install", kind="shell", script="install.sh", environment={"GREETING": "hi"})
    outcome = run_step(debian.connect, step, folder, heard.append, InMemory())
    assert heard == list(outcome.last_lines)
    assert heard[0].endswith("hi noninteractive")
    assert (outcome.exit_code, outcome.rebooted) == (0, False)


def test_a_script_that_is_not_there_is_the_recipe_s_fault(debian: Machine, folder: Path) -> None:
    step = ShellStep(name="install", kind="shell", script="absent.sh")
    with pytest.raises(RecipeError, match="script cannot be read"):
        run_step(debian.connect, step, folder, print, InMemory())


def test_a_failure_says_code_and_last_lines(debian: Machine, folder: Path) -> None:
    step = ShellStep(name="fails", kind="shell", inline=("echo why", "exit 9"))
    with pytest.raises(CommandFailed, match=r"exit code 9(.|\n)*why"):
        run_step(debian.connect, step, folder, print, InMemory())


@pytest.mark.parametrize("ending", ["true", "kill -TERM $$", "kill -KILL $PPID"], ids=["returns", "killed", "all gone"])
def test_a_reboot_is_over_when_the_boot_id_is_another(debian: Machine, folder: Path, ending: str) -> None:
    step = ShellStep(name="reboot", kind="shell", inline=(f"echo {NEW} >/run/boot_id", ending), reboot=True)
    outcome = run_step(debian.connect, step, folder, print, InMemory())
    assert outcome.rebooted


def test_a_connection_that_breaks_is_no_reboot(debian: Machine, folder: Path) -> None:
    def drop(line: str) -> None:
        if line == "going down":
            debian.server.drop_connections()

    inline = ("echo going down", "sleep 1")
    step = ShellStep(name="reboot", kind="shell", inline=inline, reboot=True, timeout="2s")
    with pytest.raises(DeadlinePassed, match=f"boot id is still {OLD}"):
        run_step(debian.connect, step, folder, drop, InMemory())


def test_a_script_that_fails_before_it_reboots_has_failed(debian: Machine, folder: Path) -> None:
    step = ShellStep(name="reboot", kind="shell", inline=("exit 4",), reboot=True)
    with pytest.raises(CommandFailed, match="exit code 4"):
        run_step(debian.connect, step, folder, print, InMemory())
