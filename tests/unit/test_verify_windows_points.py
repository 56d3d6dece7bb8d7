"""The checklist for a real Windows: what it asks, how it judges, and that the documentation tells the same."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import typer
from azure.core.rest import HttpRequest
from typer.testing import CliRunner

from deployments.verify_windows import __main__ as program
from deployments.verify_windows import scripts
from deployments.verify_windows.custom_data import TEXT, CustomData
from deployments.verify_windows.plan import plan_of
from deployments.verify_windows.point import Point
from deployments.verify_windows.points import ALL
from deployments.verify_windows.record import Record
from deployments.verify_windows.rules import (
    Rule,
    at_least,
    at_most,
    ends_with,
    equals,
    includes,
    matches,
    nothing_but,
)
from deployments.verify_windows.runner import ask
from deployments.verify_windows.sealing import Watch
from deployments.verify_windows.table import checklist
from mintage.errors import CommandFailed, RecipeError
from mintage.generalize.windows.diagnosis import KNOWN
from mintage.generalize.windows.questions import QUESTIONS
from mintage.recipe import WindowsRecipe
from tests.support.powershell_grammar import complaints

ROOT = Path(__file__).parents[2]
RECIPE = ROOT / "deployments/recipes/windows-server-2022.yaml"
SCRIPTS = sorted(each.name for each in files(scripts).iterdir() if each.name.endswith(".ps1"))
NOWHERE: Any = SimpleNamespace()


def test_every_point_has_a_name_of_its_own_and_can_fail() -> None:
    assert len({point.name for point in ALL}) == len(ALL)
    for point in ALL:
        assert point.rules, point.name
        assert point.differences({}), f"{point.name} is as assumed whatever is seen"


def test_every_script_belongs_to_a_point() -> None:
    assert {point.script for point in ALL if point.script} == set(SCRIPTS)


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_script_is_powershell_that_begins_with_what_it_is_for(name: str) -> None:
    text = scripts.bare(name)
    assert not complaints(text)
    assert text.startswith("# ")
    assert not {"??", "?.", "&&", "||"} & set(text.split()), "Windows PowerShell 5.1 has no such operators"


def test_scripts_go_behind_what_mintage_puts_in_front_of_its_own_unless_they_are_the_experiment() -> None:
    (error,) = (point for point in ALL if point.name == "uncaught-error")
    (version,) = (point for point in ALL if point.name == "version")
    assert error.text == scripts.bare("uncaught_error.ps1")
    assert version.text.startswith("# What several of the scripts ask of Windows.")


def test_the_documentation_has_the_checklist_as_it_is() -> None:
    page = (ROOT / "docs/localazure/windows-guest.md").read_text(encoding="utf-8").splitlines()
    expected = checklist(ALL)
    begin = page.index(expected[0])
    assert page[begin : begin + len(expected)] == expected
    assert not page[begin + len(expected)].startswith("|")


def test_the_page_for_users_has_every_check_and_every_diagnosis_with_its_remedy() -> None:
    page = (ROOT / "docs/windows.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    for question in QUESTIONS:
        assert any(row.startswith(f"| `{question.name}` |") and question.remedy in row for row in rows), question.name
    for known in KNOWN:
        assert f"| `{known.name}` | {known.cause} | {known.remedy} |" in rows


def test_the_checklist_is_shown_without_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MINTAGE_SUBSCRIPTION_ID", "MINTAGE_RESOURCE_MANAGER"):
        monkeypatch.delenv(name, raising=False)
    shown = CliRunner().invoke(_app(), ["--list"])
    assert shown.exit_code == 0
    assert shown.stdout.splitlines() == checklist(ALL)


def test_without_a_subscription_nothing_is_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("MINTAGE_SUBSCRIPTION_ID", raising=False)
    out = tmp_path / "out.json"
    ended = CliRunner().invoke(_app(), ["--recipe", str(RECIPE), "--out", str(out)])
    assert ended.exit_code == program.NOT_ASKED
    assert "MINTAGE_SUBSCRIPTION_ID" in ended.stderr
    assert not out.exists()


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        (equals("f", 1), 1, True),
        (equals("f", expected=True), True, 1),
        (matches("f", r"^5\.1\."), "5.1.20348.1", "7.4.0"),
        (at_most("f", 10), 10, 10.5),
        (at_most("f", 10), 0, "0"),
        (at_least("f", 1), 1, None),
        (includes("f", r"C:\Windows\a.xml"), [r"C:\WINDOWS\a.xml", "b"], ["b"]),
        (nothing_but("f"), [], ["x"]),
        (nothing_but("f", "a", "b"), ["b"], ["a", "c"]),
        (ends_with("f", "b"), ["a", "b"], ["b", "a"]),
    ],
)
def test_a_rule_holds_for_what_is_assumed_and_says_what_was_seen_otherwise(rule: Rule, good: Any, bad: Any) -> None:
    assert rule.difference({"f": good}) is None
    assert repr(bad) in str(rule.difference({"f": bad}))
    assert rule.difference({}) is not None


def test_a_point_that_cannot_be_asked_differs_and_the_next_is_asked_all_the_same() -> None:
    def broken(site: Any, script: str) -> Any:
        raise CommandFailed("A script in the guest failed", where="here", seen="no such command")

    told: list[str] = []
    points = [
        Point("broken", "it can be asked", "nothing", broken, (equals("a", 1),)),
        Point("other", "a is 1", "nothing", lambda site, script: {"a": 2}, (equals("a", 1),)),
        Point("good", "a is 1", "nothing", lambda site, script: {"a": 1}, (equals("a", 1),)),
    ]
    results = ask(NOWHERE, points, lambda result: told.append(result.point))
    assert [result.as_assumed for result in results] == [False, False, True]
    assert "no such command" in results[0].seen["error"]
    assert results[1].differences == ("a is 2, not 1",)
    assert told == ["broken", "other", "good"]


def test_a_record_counts_what_is_otherwise_and_is_written_as_json(tmp_path: Path) -> None:
    points = [Point("p", "a is 1", "nothing", lambda site, script: {"a": 2}, (equals("a", 1),))]
    results = ask(NOWHERE, points, lambda result: None)
    record = Record(build_id="b", source="s", size="z", location="l", points=results)
    record.write(tmp_path / "new" / "out.json")
    written = json.loads((tmp_path / "new" / "out.json").read_text())
    assert record.otherwise == 1
    assert written["points"][0] | {"seconds": 0} == {
        "point": "p",
        "assumed": {"a": "1"},
        "seen": {"a": 2},
        "as_assumed": False,
        "differences": ["a is 2, not 1"],
        "seconds": 0,
    }


def test_the_plan_takes_the_recipes_source_and_none_of_its_steps_and_publishes_nowhere_else() -> None:
    plan = plan_of(RECIPE)
    assert isinstance(plan.recipe, WindowsRecipe)
    assert (plan.recipe.customize, plan.recipe.verify.tests, plan.recipe.publish.regions) == ((), (), ())
    assert plan.recipe.publish.resource_group == plan.names.group
    assert plan_of(RECIPE).build_id != plan.build_id


def test_a_recipe_of_linux_is_refused() -> None:
    with pytest.raises(RecipeError, match="asked of Windows"):
        plan_of(ROOT / "deployments/recipes/debian-12-web.yaml")


def test_the_watch_keeps_each_state_once_in_a_row_with_its_time() -> None:
    watch = Watch(lambda line: None)
    for state in ("COMPLETE", "UNDEPLOYABLE", "UNDEPLOYABLE", "GENERALIZE_RESEAL_TO_OOBE"):
        watch.log(f"sysprep: IMAGE_STATE_{state}: a line")
    watch.log("something else")
    assert [each["state"] for each in watch.timeline] == [
        "IMAGE_STATE_COMPLETE",
        "IMAGE_STATE_UNDEPLOYABLE",
        "IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE",
    ]


@pytest.mark.parametrize(
    ("method", "url", "given"),
    [
        ("PUT", "https://a/providers/Microsoft.Compute/virtualMachines/v?x=1", True),
        ("PUT", "https://a/providers/Microsoft.Compute/disks/v?x=1", False),
        ("GET", "https://a/providers/Microsoft.Compute/virtualMachines/v?x=1", False),
    ],
)
def test_custom_data_goes_into_the_request_for_a_vm_alone(method: str, url: str, given: bool) -> None:
    sent = HttpRequest(method, url, json={"properties": {"osProfile": {"computerName": "v"}}})
    request: Any = SimpleNamespace(http_request=sent)
    CustomData().on_request(request)
    CustomData().on_request(request)
    profile = json.loads(sent.content)["properties"]["osProfile"]
    assert ("customData" in profile) is given
    assert TEXT.isascii()


def _app() -> Any:
    app = typer.Typer()
    app.command()(program.main)
    return app
