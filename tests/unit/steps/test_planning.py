"""What a build is begun with."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mintage.errors import RecipeError, ResultsElsewhere
from mintage.recipe import CalendarVersion, ExplicitVersion
from mintage.recipe_file import load_recipe
from tasks.planning import _demand_new, new_plan

RECIPE = load_recipe(Path(__file__).parents[3] / "deployments/recipes/debian-12-web.yaml")


def test_a_version_given_by_hand_goes_before_the_recipes_scheme() -> None:
    plan = new_plan(RECIPE, "7.8.9", "00000000000a")

    assert plan.recipe.publish.version == ExplicitVersion(scheme="explicit", version="7.8.9")
    assert new_plan(RECIPE, None, "00000000000a").recipe.publish.version == CalendarVersion()
    assert plan.recipe_sha256 == RECIPE.sha256


def test_a_version_that_azure_would_refuse_is_refused_in_plain_words() -> None:
    with pytest.raises(RecipeError, match="The version cannot be used") as refused:
        new_plan(RECIPE, "one", "00000000000a")

    assert "is not a version" in refused.value.seen


@contextmanager
def no_cloud() -> Iterator[Any]:
    yield SimpleNamespace(clients=None)


@pytest.mark.parametrize(("groups", "refused"), [([], False), ([{"name": "mintage-00000000000a"}], True)])
def test_a_build_that_made_something_is_not_begun_anew_by_a_worker_that_finds_none_of_its_results(
    groups: list[dict[str, str]], refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.planning.connected", no_cloud)
    monkeypatch.setattr("tasks.planning.build_groups", lambda *_: groups)
    with pytest.raises(ResultsElsewhere, match="the same result storage") if refused else nullcontext():
        _demand_new("00000000000a")


def test_a_build_expires_when_its_recipe_says() -> None:
    plan = new_plan(RECIPE, None, "00000000000a")

    assert (plan.expires - plan.started).total_seconds() == 8 * 3600
