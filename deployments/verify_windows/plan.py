"""The build that the points are asked on: a recipe's source, sizes and region, and nothing of what it customizes."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mintage.build_plan import BuildPlan
from mintage.errors import RecipeError
from mintage.names import BUILD_TAG, BuildNames
from mintage.recipe import ExplicitVersion, WindowsRecipe, WindowsVerify
from mintage.recipe_file import load_recipe

_EXPIRES = timedelta(hours=6)
"""When the sweeper may remove what a killed run left."""


def plan_of(path: Path) -> BuildPlan:
    """A plan with an id of its own. Raises RecipeError when the recipe cannot be used, or is not of Windows.

    An image that is captured goes to a gallery in the build's own resource group, and is removed with it.
    """
    loaded = load_recipe(path)
    if not isinstance(loaded.recipe, WindowsRecipe):
        raise RecipeError(
            "The points are asked of Windows",
            where=str(path),
            seen=f"os: {loaded.recipe.os}",
            remedy="give the recipe of a Windows image",
        )
    build_id, started = uuid.uuid4().hex[:12], datetime.now(UTC)
    return BuildPlan(
        build_id=build_id,
        recipe=_bare(loaded.recipe, build_id),
        recipe_folder=str(loaded.folder),
        recipe_sha256=loaded.sha256,
        started=started,
        expires=started + _EXPIRES,
    )


def _bare(recipe: WindowsRecipe, build_id: str) -> WindowsRecipe:
    publish = recipe.publish.model_copy(
        update={
            "resource_group": BuildNames(build_id).group,
            "gallery": f"points_{build_id}",
            "regions": (),
            "version": ExplicitVersion(scheme="explicit", version="1.0.0"),
        }
    )
    # Galleries outlive builds, but this one goes with the build that it is marked as one of.
    tags = {**recipe.tags, BUILD_TAG: build_id}
    return recipe.model_copy(update={"customize": (), "verify": WindowsVerify(), "publish": publish, "tags": tags})
