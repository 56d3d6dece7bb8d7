"""Customize steps of a Windows recipe."""

from __future__ import annotations

from pathlib import Path, PureWindowsPath

import pytest

from mintage.commands import powershell_of
from mintage.customize_windows import run_windows_step
from mintage.errors import RecipeError
from mintage.recipe import PowerShellStep, WindowsDirectoryStep, WindowsFileStep, WindowsStep
from mintage.remote.base import CommandResult
from tests.support.windows_stand_in import WindowsStandIn


class Listening(WindowsStandIn):
    """Takes every script, and goes down when one says so."""

    def __init__(self) -> None:
        super().__init__({})
        self.exit_code = 0

    def run(self, script: str, **given: object) -> CommandResult:
        self.texts.append(script)
        self.environments.append(given.get("environment"))  # type: ignore[arg-type]
        self.boots += "Restart-Computer" in script
        assert self.exit_code in given["exit_codes"]  # type: ignore[operator]
        return CommandResult(self.exit_code, 0.1, ("a line",))


@pytest.fixture
def guest() -> Listening:
    return Listening()


def step(**fields: object) -> PowerShellStep:
    return PowerShellStep.model_validate({"name": "it", "kind": "powershell", **fields})


@pytest.mark.parametrize("kind", [WindowsFileStep, WindowsDirectoryStep])
def test_files_and_folders_are_sent_where_the_recipe_says(guest: Listening, tmp_path: Path, kind: type) -> None:
    named = "file" if kind is WindowsFileStep else "directory"
    what: WindowsStep = kind(name="it", kind=named, source="a/b", destination=PureWindowsPath(r"C:\a\b"))
    log: list[str] = []
    run_windows_step(lambda: guest, what, tmp_path, log.append)
    assert guest.sent == [(tmp_path / "a/b", PureWindowsPath(r"C:\a\b"))]
    assert log == [r"a/b is now in the image: C:\a\b"]
    assert guest.ran["close"] == 1


def test_lines_stop_at_the_first_error_and_a_script_is_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "a.ps1").write_bytes("\ufeff'Grüße'\r\n".encode())
    assert powershell_of(step(inline=["'a'", "'b'"]), tmp_path) == "$ErrorActionPreference = 'Stop'\n'a'\n'b'\n"
    assert powershell_of(step(script="a.ps1"), tmp_path).splitlines() == ["'Grüße'"]


def test_a_script_that_went_away_since_the_recipe_was_read_is_named(guest: Listening, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"absent\.ps1"):
        run_windows_step(lambda: guest, step(script="absent.ps1"), tmp_path, print)


@pytest.mark.parametrize(
    ("fields", "ran"),
    [
        ({}, {}),
        ({"elevated": True}, {"as administrator": 1}),
        ({"run_as": "system"}, {"as system": 1}),
    ],
)
def test_a_script_runs_as_who_the_recipe_says(
    guest: Listening, tmp_path: Path, fields: dict[str, object], ran: dict[str, int]
) -> None:
    what = step(inline=["'a'"], environment={"TITLE": "x"}, **fields)
    outcome = run_windows_step(lambda: guest, what, tmp_path, print)
    assert (outcome.exit_code, outcome.last_lines) == (0, ("a line",))
    assert guest.environments == [{"TITLE": "x"}]
    assert {name: count for name, count in guest.ran.items() if name.startswith("as ")} == ran


@pytest.mark.parametrize(("exit_code", "told"), [(0, 0), (0x40010004, None), (1115, None)])
def test_a_reboot_may_end_its_own_script(guest: Listening, tmp_path: Path, exit_code: int, told: int | None) -> None:
    guest.exit_code = exit_code
    outcome = run_windows_step(lambda: guest, step(inline=["Restart-Computer"], reboot=True), tmp_path, print)
    assert (outcome.rebooted, outcome.exit_code) == (True, told)
