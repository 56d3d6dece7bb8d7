"""Somebody's own VM is never put back, exchanged or removed."""

from __future__ import annotations

from mintage.artifacts import BuildVm
from mintage.errors import AzureRefused


def demand_copy(vm: BuildVm) -> None:
    """Raise AzureRefused where the build works on somebody's VM, and not on one of its own."""
    if vm.original:
        raise AzureRefused(
            "The VM itself is not put back",
            where=vm.resource_id,
            seen="it is somebody's own, which the build was to generalize and to leave as it is otherwise",
            remedy="look at it; what was on its disks before is in the snapshots …-before-… in its resource group",
        )
