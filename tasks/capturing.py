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
def plan_capture(
    recipe: str, version: str | None, build_id: str, vm: str | None, agreed: str | None = None
) -> BuildPlan:
    """Plan a build of the recipe with the machine as its source, unless the build has its plan already.

    ``agreed``: the name of the machine, where a person agreed that it is generalized itself. Raises RecipeError for a
    recipe or an id that cannot be used, for a build that began with another machine, and without that agreement.
    """
    begun = recall(build_id, PLAN, BuildPlan)
    if begun is None:
        loaded = load_recipe(Path(recipe))
        own = loaded.model_copy(update={"recipe": _from_machine(loaded.recipe, vm)})
        return begin_plan(own, version, build_id, _agreed(own.recipe, agreed))
    source = begun.recipe.source
    if not isinstance(source, VirtualMachineSource) or (vm and source.vm_id.lower() != vm.strip().lower()):
        raise RecipeError(
            "The build was begun with another source",
            where=f"build {build_id}",
            seen=f"it began with {source}",
            remedy="give the machine that it was begun with, or start a new build",
        )
    return begun


def _agreed(recipe: Recipe, typed: str | None) -> str | None:
    """The id of the machine that may be generalized itself; None where a copy is built on."""
    source = recipe.source
    if not isinstance(source, VirtualMachineSource) or not (source.generalize_original or typed):
        return None
    name = source.vm_id.rpartition("/")[2]
    if not source.generalize_original:
        seen, remedy = "the recipe does not say source.generalize_original", "let it say so, or type no name"
    elif (typed or "").strip().lower() != name.lower():
        seen = f"the recipe says source.generalize_original, and confirm_generalizing is {typed!r}"
        remedy = f"type {name} there: it never starts again then. Or build on a copy, and let it be as it is"
    else:
        return source.vm_id
    raise RecipeError(
        "Recipe and form must agree that the machine itself is generalized", where=name, seen=seen, remedy=remedy
    )


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
    itself = isinstance(recipe.source, VirtualMachineSource) and recipe.source.generalize_original
    source = {"kind": "virtual_machine", "vm_id": vm.strip(), "generalize_original": itself}
    try:
        return parse_recipe(recipe.model_dump() | {"source": source})
    except ValidationError as invalid:
        seen = "; ".join(plain(each) for each in invalid.errors())
        remedy = "az vm show --resource-group GROUP --name VM --query id prints its id"
        raise RecipeError("The machine cannot be captured", where="vm", seen=seen, remedy=remedy) from None
