"""What a build from a virtual machine plans before it is a build like any other."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from mintage.build_plan import BuildPlan
from mintage.errors import RecipeError
from mintage.plain_words import plain
from mintage.recipe import Recipe, VirtualMachineSource, parse_recipe
from mintage.recipe_file import load_recipe
from tasks.keeping import recall
from tasks.planning import PLAN, begin_plan
from tasks.step import action


@action("plan the capture")
def plan_capture(recipe: str, version: str | None, build_id: str, vm: str | None) -> BuildPlan:
    """Plan a build of the recipe with the machine as its source, unless the build has its plan already.

    Raises RecipeError for a recipe or an id that cannot be used, and for a build that began with another machine.
    """
    begun = recall(build_id, PLAN, BuildPlan)
    if begun is None:
        loaded = load_recipe(Path(recipe))
        own = loaded.model_copy(update={"recipe": _from_machine(loaded.recipe, vm)})
        return begin_plan(own, version, build_id)
    source = begun.recipe.source
    if not isinstance(source, VirtualMachineSource) or (vm and source.vm_id.lower() != vm.strip().lower()):
        raise RecipeError(
            "The build was begun with another source",
            where=f"build {build_id}",
            seen=f"it began with {source}",
            remedy="give the machine that it was begun with, or start a new build",
        )
    return begun


def _from_machine(recipe: Recipe, vm: str | None) -> Recipe:
    """The recipe with the machine in the place of its source; without one its source must be a machine."""
    if not vm and not isinstance(recipe.source, VirtualMachineSource):
        raise RecipeError(
            "There is no machine to capture",
            where="vm",
            seen=f"none given, and the recipe's source is of kind {recipe.source.kind}",
            remedy="give the machine's id, or a recipe whose source.kind is virtual_machine",
        )
    if not vm:
        return recipe
    source = {"kind": "virtual_machine", "vm_id": vm.strip()}
    try:
        return parse_recipe(recipe.model_dump() | {"source": source})
    except ValidationError as invalid:
        seen = "; ".join(plain(each) for each in invalid.errors())
        remedy = "az vm show --resource-group GROUP --name VM --query id prints its id"
        raise RecipeError("The machine cannot be captured", where="vm", seen=seen, remedy=remedy) from None
