"""From a generalized guest to an image version that nobody gets by asking for the latest."""

from __future__ import annotations

from mintage.artifacts import BuildVm, ImageVersion, ResolvedSource
from mintage.azure.clients import Clients
from mintage.azure.ensure import Document, Wanted, ensure, settled, state_of
from mintage.azure.gallery import DEFINITION, definition_path, destination_made
from mintage.azure.group import belongs
from mintage.azure.ids import resource_id
from mintage.azure.image_version import captured_version, image_version
from mintage.azure.power import deallocated, is_generalized, there_at_rest
from mintage.azure.together import Progress, Waiting, finish, finish_all, silent
from mintage.build_plan import BuildPlan
from mintage.errors import AzureRefused

_MINUTES = 60
_READY_SECONDS = 30 * _MINUTES
_VERSION_SECONDS = 120 * _MINUTES
"""Median on Azure 430 s; large disks take an hour."""


def capture(
    clients: Clients,
    plan: BuildPlan,
    vm: BuildVm,
    version: str,
    source: ResolvedSource,
    progress: Progress = silent,
) -> ImageVersion:
    """Put the VM away, mark it generalized, and make the image version, or adopt what of it is done.

    The guest must be generalized already. Raises AzureRefused when the version is another build's, or the definition
    is of another kind; MachineLost when the VM is gone before it was captured.
    """
    wanted = captured_version(clients, plan, vm, version, source)
    found = finish(wanted.id, _own(wanted, plan), seconds=_VERSION_SECONDS, progress=progress)
    if found is None:
        _make_ready(clients, plan, vm, source, progress)
        found = finish(wanted.id, ensure(wanted), seconds=_VERSION_SECONDS, progress=progress)
    return image_version(plan, found)


def _own(wanted: Wanted, plan: BuildPlan) -> Waiting[Document | None]:
    """The version, if this build made it and it is good."""
    found = yield from settled(wanted)
    if found is not None and not belongs(found, plan.build_id):
        raise AzureRefused(
            "The version is taken by another build",
            where=wanted.id,
            seen=f"its tags are {dict(found.get('tags') or {})}",
            remedy="run the build again from the choice of its version",
        )
    return found if found is not None and state_of(found) == "Succeeded" else None


def _make_ready(clients: Clients, plan: BuildPlan, vm: BuildVm, source: ResolvedSource, progress: Progress) -> None:
    definition = resource_id(clients.subscription_id, DEFINITION, *definition_path(plan))
    steps: dict[str, Waiting[object]] = {
        vm.resource_id: _generalized(clients, vm),
        definition: destination_made(clients, plan, source),
    }
    finish_all(steps, seconds=_READY_SECONDS, progress=progress)


def _generalized(clients: Clients, vm: BuildVm) -> Waiting[None]:
    yield from there_at_rest(clients, vm)
    found = yield from deallocated(clients, vm.resource_group, vm.name)
    if not is_generalized(found):
        clients.compute.virtual_machines.generalize(vm.resource_group, vm.name)
