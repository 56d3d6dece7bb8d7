"""What one build is going to do: fixed when it starts, the same for every step and every worker."""

from __future__ import annotations

from datetime import datetime

from mintage.artifacts import Artifact
from mintage.names import BEGUN_TAG, BUILD_TAG, EXPIRES_TAG, RECIPE_TAG, BuildNames
from mintage.recipe import Recipe


class BuildPlan(Artifact):
    """A recipe, and the identity of the build made of it. Plain data, no secrets."""

    build_id: str
    recipe: Recipe
    recipe_folder: str
    """Absolute path of the folder that the recipe's files are relative to."""
    recipe_sha256: str
    started: datetime
    expires: datetime
    """After this the sweeper may remove what the build left."""
    agreed_vm: str | None = None
    """The id of the VM that a person agreed to have generalized itself."""

    @property
    def names(self) -> BuildNames:
        return BuildNames(self.build_id)

    def names_in(self, region: str) -> BuildNames:
        """The names of what is in a region: two of them may each hold a part of the build's network."""
        return BuildNames(self.build_id, "" if region == self.recipe.build.region else region)

    @property
    def tags(self) -> dict[str, str]:
        """What every resource of the build carries, the recipe's own tags first."""
        own = {
            BUILD_TAG: self.build_id,
            RECIPE_TAG: self.recipe.name,
            BEGUN_TAG: self.started.isoformat(timespec="seconds"),
            EXPIRES_TAG: self.expires.isoformat(),
        }
        return dict(self.recipe.tags) | own
