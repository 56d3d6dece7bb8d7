"""Customize steps of a Windows recipe, on a modelled Windows."""

from __future__ import annotations

from pathlib import Path, PureWindowsPath

import pytest

from mintage.artifacts import StepOutcome
from mintage.begun import InMemory
from mintage.commands import powershell_of
from mintage.customize_windows import run_windows_step
from mintage.errors import CommandFailed, DeadlinePassed, RecipeError
from mintage.recipe import PowerShellStep, WindowsDirectoryStep, WindowsFileStep, WindowsStep
from tests.support.windows_guest import WayIn, WindowsGuest


class Customizing:
    """Does steps as a build does them, from a folder beside the recipe."""

    def __init__(self, way_in: WayIn, folder: Path) -> None:
        self._way_in, self.folder, self.log = way_in, folder, list[str]()

    def run(self, **fields: object) -> StepOutcome:
        return self.do(PowerShellStep.model_validate({"name": "it", "kind": "powershell", **fields}))

    def do(self, step: WindowsStep) -> StepOutcome:
        return run_windows_step(self._way_in.log_in, step, self.folder, self.log.append, InMemory())


@pytest.fixture
def customizing(way_in: WayIn, tmp_path: Path) -> Customizing:
    return Customizing(way_in, tmp_path)


def test_files_and_folders_are_where_the_recipe_says(customizing: Customizing, guest: WindowsGuest) -> None:
    (customizing.folder / "site/deep").mkdir(parents=True)
    (customizing.folder / "site/deep/page.html").write_text("hello")
    destination = PureWindowsPath(r"C:\Golden\page.html")
    customizing.do(WindowsFileStep(name="a", kind="file", source="site/deep/page.html", destination=destination))
    tree = PureWindowsPath(r"C:\inetpub\wwwroot")
    customizing.do(WindowsDirectoryStep(name="b", kind="directory", source="site", destination=tree))
    files = guest.machine.files
    assert (files.read_text(str(destination)), files.read_text(str(tree / "deep/page.html"))) == ("hello", "hello")
    assert customizing.log == [
        r"site/deep/page.html is now in the image: C:\Golden\page.html",
        r"site is now in the image: C:\inetpub\wwwroot",
    ]
    assert guest.shells == [], "each step's connection is closed"


def test_lines_stop_at_the_first_error_and_a_script_is_run_as_it_is(customizing: Customizing) -> None:
    lines = ["Get-Item C:\\absent", "'goes on'"]
    with pytest.raises(CommandFailed, match="exit code 1") as failed:
        customizing.run(inline=lines)
    assert "Cannot find path 'C:\\absent'" in failed.value.seen
    assert "goes on" not in customizing.log
    (customizing.folder / "a.ps1").write_bytes("\ufeffGet-Item C:\\absent\r\n'Grüße'\r\n".encode())
    assert "Grüße" in customizing.run(script="a.ps1").last_lines


def test_environment_exit_codes_and_output_are_the_step_s(customizing: Customizing) -> None:
    outcome = customizing.run(
        inline=['"title: $env:TITLE"', "exit 3010"], environment={"TITLE": "x 'y'"}, exit_codes=[0, 3010]
    )
    assert (outcome.exit_code, outcome.last_lines, outcome.rebooted) == (3010, ("title: x 'y'",), False)
    assert customizing.log == ["title: x 'y'"]


@pytest.mark.parametrize(
    ("fields", "user", "batch"),
    [
        ({}, r"vm-under-test\mintage", "False"),
        ({"elevated": True}, r"vm-under-test\mintage", "True"),
        ({"run_as": "system"}, r"nt authority\system", "False"),
    ],
)
def test_a_script_runs_as_who_the_recipe_says(
    customizing: Customizing, fields: dict[str, object], user: str, batch: str
) -> None:
    groups = "[Security.Principal.WindowsIdentity]::GetCurrent().Groups.Value"
    assert customizing.run(inline=["whoami", f"{groups} -contains 'S-1-5-3'"], **fields).last_lines == (user, batch)


@pytest.mark.parametrize(
    ("restart", "elevated"),
    [
        ("Restart-Computer -Force", False),
        ("shutdown.exe /r /t 0; Start-Sleep 600", False),
        ("shutdown.exe /r /t 0", True),
        ("Restart-Computer -Force; Start-Sleep 600", True),
    ],
)
def test_a_script_that_restarts_the_machine_is_waited_for(
    customizing: Customizing, guest: WindowsGuest, restart: str, elevated: bool
) -> None:
    guest.take_time(0.1)
    outcome = customizing.run(inline=["'going down'", "Start-Sleep 5", restart], reboot=True, elevated=elevated)
    assert outcome.rebooted
    assert outcome.exit_code in {None, 0}
    assert guest.boots == 2
    assert customizing.log[0] == "going down"
    assert customizing.log[-1] == "Waiting for the machine to come back."
    assert customizing.run(inline=["'up'"]).last_lines == ("up",)


def test_a_script_that_should_restart_and_does_not_is_told(customizing: Customizing) -> None:
    with pytest.raises(DeadlinePassed, match="did not reboot in time"):
        customizing.run(inline=["'stays'"], reboot=True, timeout="2s")


def test_a_script_that_fails_before_its_restart_is_a_failure(customizing: Customizing, guest: WindowsGuest) -> None:
    with pytest.raises(CommandFailed, match="exit code 5"):
        customizing.run(inline=["exit 5", "Restart-Computer -Force"], reboot=True)
    assert guest.boots == 1


def test_what_the_machine_lacks_fails_as_on_windows(customizing: Customizing) -> None:
    with pytest.raises(CommandFailed) as failed:
        customizing.run(inline=["Get-NoSuchThing"])
    assert "The term 'Get-NoSuchThing' is not recognized as the name of a cmdlet" in failed.value.seen
    assert "CommandNotFoundException" in failed.value.seen


def test_a_script_that_went_away_or_changed_since_the_recipe_was_read_is_named(customizing: Customizing) -> None:
    (customizing.folder / "latin.ps1").write_bytes("'Grüße'\n".encode("latin-1"))
    for name, seen in (("absent.ps1", "No such file"), ("latin.ps1", "codec can't decode")):
        with pytest.raises(RecipeError, match=name) as refused:
            customizing.run(script=name)
        assert seen in refused.value.seen


def test_a_byte_order_mark_is_no_part_of_a_script(tmp_path: Path) -> None:
    (tmp_path / "a.ps1").write_bytes("\ufeff'Grüße'\r\n".encode())
    step = PowerShellStep(name="it", kind="powershell", script="a.ps1")
    assert powershell_of(step, tmp_path).splitlines() == ["'Grüße'"]
