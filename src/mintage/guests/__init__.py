"""What is done inside a build's VMs, one class for each operating system."""

from mintage.azure.clients import Clients
from mintage.build_plan import BuildPlan
from mintage.credentials import BuildKeys
from mintage.guests.base import Guest
from mintage.guests.linux import LinuxGuest
from mintage.recipe import LinuxRecipe

__all__ = ["Guest", "guest_of"]


def guest_of(clients: Clients, plan: BuildPlan, keys: BuildKeys) -> Guest:
    """The one for the recipe's system."""
    assert isinstance(plan.recipe, LinuxRecipe)  # noqa: S101
    return LinuxGuest(clients, plan, plan.recipe, keys)
