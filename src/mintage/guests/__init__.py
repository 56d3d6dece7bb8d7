"""What is done inside a build's VMs, one class for each operating system."""

from mintage.artifacts import WinrmAddress
from mintage.azure.clients import Clients
from mintage.build_plan import BuildPlan
from mintage.credentials import BuildKeys
from mintage.guests.base import Guest
from mintage.guests.evictable import EvictableGuest
from mintage.guests.linux import LinuxGuest
from mintage.guests.windows import WindowsGuest
from mintage.recipe import WindowsRecipe
from mintage.remote.windows import Connect
from mintage.remote.winrm import WinrmRemote, connect
from mintage.windows_login import credential_of

__all__ = ["Guest", "guest_of"]


def guest_of(clients: Clients, plan: BuildPlan, keys: BuildKeys) -> Guest:
    """The one for the recipe's system; one that notices evictions, if the recipe allows Spot VMs."""
    guest = _guest_of(clients, plan, keys)
    return EvictableGuest(clients, guest) if plan.recipe.build.spot else guest


def _guest_of(clients: Clients, plan: BuildPlan, keys: BuildKeys) -> Guest:
    if isinstance(plan.recipe, WindowsRecipe):
        return WindowsGuest(clients, plan, plan.recipe, keys, _connecting(plan, plan.recipe, keys))
    return LinuxGuest(clients, plan, plan.recipe, keys)


def _connecting(plan: BuildPlan, recipe: WindowsRecipe, keys: BuildKeys) -> Connect:
    def open_(address: WinrmAddress, deadline: float) -> WinrmRemote:
        return connect(address, credential_of(plan, recipe, keys, address.user), deadline=deadline)

    return open_
