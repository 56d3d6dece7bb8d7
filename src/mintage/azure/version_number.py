"""The number that a build's version gets, the same in all its galleries."""

from __future__ import annotations

from mintage.azure.clients import Clients
from mintage.azure.copies import destinations
from mintage.azure.gallery import taken_versions
from mintage.azure.marketplace import newest
from mintage.build_plan import BuildPlan
from mintage.versions import next_version


def choose_version(clients: Clients, plan: BuildPlan) -> str:
    """The number of the version this build makes. Asking again gives the same one, also once the version is there.

    Raises RecipeError when an explicit version is taken by another build, in the recipe's gallery or in one of a copy.
    """
    taken = [taken_versions(each.clients, each.plan) for each in destinations(clients, plan)]
    own = taken[0][0]
    others = sorted({name for _, names in taken for name in names})
    return newest(own) if own else next_version(plan.recipe.publish.version, others, plan.started.date())
