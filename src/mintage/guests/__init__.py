"""What is done inside a build's VMs, one class for each operating system."""

from collections.abc import Iterator
from contextlib import contextmanager

from mintage.artifacts import BuildVm, WinrmAddress
from mintage.azure.clients import Clients
from mintage.azure.eviction import noticing_eviction
from mintage.azure.last_seen import telling_last_seen
from mintage.build_plan import BuildPlan
from mintage.credentials import BuildKeys
from mintage.guests.base import Guest
from mintage.guests.linux import LinuxGuest
from mintage.guests.watched import WatchedGuest
from mintage.guests.windows import WindowsGuest
from mintage.recipe import WindowsRecipe, in_seconds
from mintage.remote.windows import Connect
from mintage.remote.winrm import WinrmRemote, connect
from mintage.waiting import Meanwhile
from mintage.windows_login import credential_of

__all__ = ["Guest", "guest_of", "windows_guest"]


def guest_of(clients: Clients, plan: BuildPlan, keys: BuildKeys) -> Guest:
    """The one for the recipe's system.

    Its errors say what is to be seen of a VM that does not answer, and that it was evicted, if it may be.
    """

    @contextmanager
    def watch(vm: BuildVm) -> Iterator[None]:
        with telling_last_seen(clients, vm.resource_group, vm.name):
            yield

    @contextmanager
    def watch_spot(vm: BuildVm) -> Iterator[None]:
        with watch(vm), noticing_eviction(clients, plan, vm):
            yield

    return WatchedGuest(_guest_of(clients, plan, keys), watch_spot if plan.recipe.build.spot else watch)


def _guest_of(clients: Clients, plan: BuildPlan, keys: BuildKeys) -> Guest:
    if isinstance(plan.recipe, WindowsRecipe):
        return windows_guest(clients, plan, plan.recipe, keys)
    return LinuxGuest(clients, plan, plan.recipe, keys)


def windows_guest(clients: Clients, plan: BuildPlan, recipe: WindowsRecipe, keys: BuildKeys) -> WindowsGuest:
    """As ``guest_of``, for who takes the steps of generalizing apart; nobody tells what is to be seen of the VM."""
    return WindowsGuest(clients, plan, recipe, keys, _connecting(plan, recipe, keys))


def _connecting(plan: BuildPlan, recipe: WindowsRecipe, keys: BuildKeys) -> Connect:
    question = in_seconds(recipe.timeouts.question)

    def open_(address: WinrmAddress, deadline: float, meanwhile: Meanwhile) -> WinrmRemote:
        credential = credential_of(plan, recipe, keys, address.user)
        return connect(address, credential, deadline=deadline, question_timeout=question, meanwhile=meanwhile)

    return open_
