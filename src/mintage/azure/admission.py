"""The firewall of a build that another machine goes on with: it lets in the address of the one that began it."""

from __future__ import annotations

from mintage.azure.clients import Clients
from mintage.azure.ensure import Document, Wanted
from mintage.azure.errors import translating
from mintage.azure.network import allowed_sources, security_group
from mintage.azure.together import Waiting, completed, finish_all
from mintage.build_plan import BuildPlan
from mintage.placement import regions_of
from mintage.recipe import in_seconds
from mintage.settings import Settings


def admit_builder(clients: Clients, settings: Settings, plan: BuildPlan) -> tuple[str, ...]:
    """Let this machine, and no other any more, reach the build's VMs. Returns the ids of the security groups changed.

    Raises SettingsError when the recipe asks for a public address and this machine's own is not set.
    """
    sources = allowed_sources(settings, plan)
    groups = (security_group(clients, plan, region.name, sources) for region in regions_of(plan.recipe.build))
    with translating(plan.names.group):
        closed = [each for each in groups if _is_closed(each.find(), sources)]
    finish_all({each.id: _written(each) for each in closed}, seconds=in_seconds(plan.recipe.timeouts.change))
    return tuple(each.id for each in closed)


def _is_closed(found: Document | None, sources: str) -> bool:
    if found is None:
        return False
    rules = [each["properties"] for each in found["properties"].get("securityRules") or []]
    return [each.get("sourceAddressPrefix") for each in rules if each["access"] == "Allow"] != [sources]


def _written(wanted: Wanted) -> Waiting[object]:
    return (yield from completed(wanted.operations.begin_create_or_update(*wanted.path, wanted.body)))
