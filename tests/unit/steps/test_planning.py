"""What a build is begun with."""

from pathlib import Path

import pytest

from mintage.errors import RecipeError
from mintage.recipe import CalendarVersion, ExplicitVersion
from mintage.recipe_file import load_recipe
from tasks.planning import _new_plan

RECIPE = load_recipe(Path(__file__).parents[3] / "deployments/recipes/debian-12-web.yaml")


def test_a_version_given_by_hand_goes_before_the_recipes_scheme() -> None:
    plan = _new_plan(RECIPE, "7.8.9", "00000000000a")

    assert plan.recipe.publish.version == ExplicitVersion(scheme="explicit", version="7.8.9")
    assert _new_plan(RECIPE, None, "00000000000a").recipe.publish.version == CalendarVersion()
    assert plan.recipe_sha256 == RECIPE.sha256


def test_a_version_that_azure_would_refuse_is_refused_in_plain_words() -> None:
    with pytest.raises(RecipeError, match="The version cannot be used") as refused:
        _new_plan(RECIPE, "one", "00000000000a")

    assert "is not a version" in refused.value.seen


def test_a_build_expires_when_its_recipe_says() -> None:
    plan = _new_plan(RECIPE, None, "00000000000a")

    assert (plan.expires - plan.started).total_seconds() == 8 * 3600
