"""From a generalized guest to an image version that nobody gets by asking for the latest."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_delay, wait_random_exponential

from mintage.artifacts import BuildVm, ImageVersion, ResolvedSource
from mintage.azure.adopted import made_by_build
from mintage.azure.clients import Clients
from mintage.azure.ensure import Document
from mintage.azure.frozen import frozen_disks
from mintage.azure.gallery import DEFINITION, definition_path, destination_made, own_versions
from mintage.azure.ids import resource_id
from mintage.azure.image_version import image_version, version_at, version_body
from mintage.azure.last_seen import telling_last_seen
from mintage.azure.number_turn import number_turn
from mintage.azure.power import at_rest, deallocated, is_generalized, there_at_rest
from mintage.azure.together import Progress, Waiting, finish, finish_all, silent
from mintage.azure.version_number import choose_version
from mintage.build_plan import BuildPlan
from mintage.errors import NameLost
from mintage.outside import OUTSIDE
from mintage.recipe import in_seconds

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
"""Seconds, at most: a look at the numbers and the request for one are a few calls."""


def capture(
    clients: Clients,
    plan: BuildPlan,
    vm: BuildVm,
    version: str,
    source: ResolvedSource,
    progress: Progress = silent,
) -> ImageVersion:
    """Put the VM away, mark it generalized if it is, and make the image version, or adopt what of it is done.

    The guest must be generalized already, unless the image is a specialized one. ``version`` was chosen just now.
    Raises AzureRefused when the definition is of another kind, NameLost when another build took the number meanwhile,
    and MachineLost when the VM is gone before it was captured.
    """
    return _captured(clients, plan, version, lambda: _body(clients, plan, vm, source, progress), progress)


def _captured(
    clients: Clients, plan: BuildPlan, version: str, body: Callable[[], Document], progress: Progress
) -> ImageVersion:
    place = version_at(clients, plan, version)
    return image_version(plan, made_by_build(place, plan, body, progress, just_chosen=True))


def _body(clients: Clients, plan: BuildPlan, vm: BuildVm, source: ResolvedSource, progress: Progress) -> Document:
    """What the version is to be, once all is ready for it to be made."""
    seconds = in_seconds(plan.recipe.timeouts.capture)
    with telling_last_seen(clients, vm.resource_group, vm.name):
        _make_ready(clients, plan, vm, source, progress)
        storage, luns = finish(vm.resource_id, _made_of(clients, plan, vm), seconds=seconds, progress=progress)
    return version_body(plan, vm.location, source, storage, luns)


def capture_as_next(
    clients: Clients, plan: BuildPlan, vm: BuildVm, source: ResolvedSource, progress: Progress = silent
) -> ImageVersion:
    """``capture`` under the next number, and under the one after that whenever another build was faster.

    Those of this machine take turns. Of those that come at once from several, one wins each round; pauses of random
    length, longer each time, draw the rest apart. Raises what ``capture`` does, NameLost only after
    ``timeouts.capture``; and what ``choose_version`` does.
    """
    seconds = in_seconds(plan.recipe.timeouts.capture)
    body = cache(lambda: _body(clients, plan, vm, source, progress))

    def one_round() -> ImageVersion:
        if own_versions(clients, plan):
            return capture(clients, plan, vm, choose_version(clients, plan), source, progress)
        # Before the number is looked for: in the minutes that it takes, others would take that.
        body()
        finish(vm.resource_id, there_at_rest(clients, vm), seconds=seconds)
        with number_turn(clients, plan) as leave:
            version = choose_version(clients, plan)
            return _captured(clients, plan, version, body, _once_begun(leave, progress))

    rounds: Retrying = Retrying(
        retry=retry_if_exception_type(NameLost),
        wait=wait_random_exponential(multiplier=_FIRST_PAUSE, max=_LONGEST_PAUSE),
        stop=stop_after_delay(seconds),
        before_sleep=lambda state: progress(vm.resource_id, _lost(state)),
        reraise=True,
    )
    with OUTSIDE.running():
        return rounds(one_round)


def _once_begun(leave: Callable[[], None], progress: Progress) -> Progress:
    """The number is taken as soon as Azure tells anything of the version: nobody need wait until it is made."""

    def told(where: str, seen: str) -> None:
        leave()
        progress(where, seen)

    return told


def _lost(state: RetryCallState) -> str:
    lost = state.outcome.exception() if state.outcome else None
    number = lost.where.rpartition("/")[2] if isinstance(lost, NameLost) else ""
    return f"another build took {number}; asking for the next number"


def _make_ready(clients: Clients, plan: BuildPlan, vm: BuildVm, source: ResolvedSource, progress: Progress) -> None:
    definition = resource_id(clients.subscription_id, DEFINITION, *definition_path(plan))
    steps: dict[str, Waiting[object]] = {
        vm.resource_id: _put_away(clients, plan, vm),
        definition: destination_made(clients, plan, source),
    }
    finish_all(steps, seconds=in_seconds(plan.recipe.timeouts.capture), progress=progress)


def _put_away(clients: Clients, plan: BuildPlan, vm: BuildVm) -> Waiting[None]:
    yield from there_at_rest(clients, vm)
    found = yield from deallocated(clients, vm.resource_group, vm.name)
    publish = plan.recipe.publish
    if publish.definition.state == "generalized" and publish.capture_from == "vm" and not is_generalized(found):
        clients.compute.virtual_machines.generalize(vm.resource_group, vm.name)


def _made_of(clients: Clients, plan: BuildPlan, vm: BuildVm) -> Waiting[tuple[dict[str, Any], tuple[int, ...]]]:
    """The VM, or snapshots of its disks; and where its data disks are."""
    if plan.recipe.publish.capture_from == "vm":
        found = yield from at_rest(clients, vm.resource_group, vm.name)
        luns = tuple(int(each["lun"]) for each in found["properties"]["storageProfile"].get("dataDisks") or ())
        return {"source": {"virtualMachineId": vm.resource_id}}, luns
    disks = yield from frozen_disks(clients, plan, vm)
    data = [{"lun": lun, "source": {"id": str(each["id"])}} for lun, each in disks.data.items()]
    return {"osDiskImage": {"source": {"id": str(disks.os["id"])}}, "dataDiskImages": data}, tuple(disks.data)
