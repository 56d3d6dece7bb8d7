"""What is done inside a build's VMs, one class for each operating system."""

from mintage.artifacts import WinrmAddress
from mintage.azure.clients import Clients
from mintage.build_plan import BuildPlan
from mintage.credentials import BuildKeys, Secret
from mintage.guests.base import Guest
from mintage.guests.evictable import EvictableGuest
from mintage.guests.linux import LinuxGuest
from mintage.guests.windows import WindowsGuest
from mintage.recipe import WindowsRecipe
from mintage.remote.windows import Connect
from mintage.remote.winrm import Auth, Credential, WinrmRemote, connect

__all__ = ["Guest", "guest_of"]


def guest_of(clients: Clients, plan: BuildPlan, keys: BuildKeys) -> Guest:
    """The one for the recipe's system; one that notices evictions, if the recipe allows Spot VMs."""
    guest = _guest_of(clients, plan, keys)
    return EvictableGuest(clients, guest) if plan.recipe.build.spot else guest


def _guest_of(clients: Clients, plan: BuildPlan, keys: BuildKeys) -> Guest:
    if isinstance(plan.recipe, WindowsRecipe):
        connecting = _connecting(plan.recipe.connection.auth)
        return WindowsGuest(clients, plan, plan.recipe, keys, connecting)
    return LinuxGuest(clients, plan, plan.recipe, keys)


def _connecting(auth: Auth) -> Connect:
    def open_(address: WinrmAddress, password: Secret, deadline: float) -> WinrmRemote:
        return connect(address, Credential(password=password, auth=auth), deadline=deadline)

    return open_
