"""The machine that a form names takes the place of the recipe's source, and a build keeps to the one it began with."""

from __future__ import annotations

from pathlib import Path

import pytest

from mintage.errors import RecipeError
from mintage.recipe import VirtualMachineSource
from tasks.capturing import plan_capture
from tests.support.kept_results import keep_results_in

RECIPES = Path(__file__).parents[3] / "deployments/recipes"
WEB, CAPTURED = str(RECIPES / "debian-12-web.yaml"), str(RECIPES / "captured-vm.yaml")
BUILD = "0123456789ab"
VM = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/web-1"


@pytest.fixture(autouse=True)
def storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_results_in(tmp_path, monkeypatch)
    monkeypatch.setattr("tasks.planning.worked_before", lambda _: False)


def test_the_machine_takes_the_place_of_the_recipes_source() -> None:
    plan = plan_capture.fn(WEB, "1.2.3", BUILD, f" {VM} ")
    assert plan.recipe.source == VirtualMachineSource(kind="virtual_machine", vm_id=VM)
    assert plan.recipe.name == "debian-12-web"
    assert plan_capture.fn(WEB, None, BUILD, VM.upper().replace("/SUBSCRIPTIONS", "/subscriptions")) == plan


def test_without_a_machine_the_recipe_names_one() -> None:
    plan = plan_capture.fn(CAPTURED, None, BUILD, None)
    assert isinstance(plan.recipe.source, VirtualMachineSource)
    with pytest.raises(RecipeError, match="source is of kind marketplace"):
        plan_capture.fn(WEB, None, "0123456789ac", None)


def test_what_is_no_machine_is_refused_in_plain_words() -> None:
    with pytest.raises(RecipeError, match="'web-1' is not an id like"):
        plan_capture.fn(WEB, None, BUILD, "web-1")


def test_a_build_keeps_to_the_machine_that_it_began_with() -> None:
    plan_capture.fn(WEB, None, BUILD, VM)
    with pytest.raises(RecipeError, match="begun with another source"):
        plan_capture.fn(WEB, None, BUILD, VM.replace("web-1", "web-2"))


@pytest.fixture
def destructive(tmp_path: Path) -> str:
    """A recipe that says that the machine itself is generalized."""
    path = tmp_path / "captured-vm.yaml"
    text = Path(CAPTURED).read_text(encoding="utf-8")
    path.write_text(text.replace("  vm_id:", "  generalize_original: true\n  vm_id:"), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("typed", [None, "", "web-2", "yes"])
def test_a_machine_is_not_generalized_itself_unless_its_name_is_typed(destructive: str, typed: str | None) -> None:
    with pytest.raises(RecipeError, match="type web-1 there: it never starts again"):
        plan_capture.fn(destructive, None, BUILD, VM, typed)


def test_recipe_and_person_agree_or_the_machine_stays_as_it_is(destructive: str) -> None:
    assert plan_capture.fn(destructive, None, BUILD, VM, " WEB-1 ").agreed_vm == VM
    with pytest.raises(RecipeError, match="does not say"):
        plan_capture.fn(CAPTURED, None, "0123456789ac", VM, "web-1")
    assert plan_capture.fn(CAPTURED, None, "0123456789ad", VM).agreed_vm is None
