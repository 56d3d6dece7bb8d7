"""The build VM's disk, also when there is no VM to ask for it."""

from __future__ import annotations

import re

from mintage.artifacts import BuildVm
from mintage.azure.clients import Clients
from mintage.azure.ensure import Document


def own_os_disks(clients: Clients, vm: BuildVm) -> list[Document]:
    """All the disks that the VM had, or was to have."""
    disks = clients.compute.disks.list_by_resource_group(vm.resource_group)
    return [each for each in disks if _is_of(vm, str(each["name"]))]


def newest_os_disk(clients: Clients, vm: BuildVm) -> Document | None:
    """The last of them: each that is put back counts one higher."""
    return max(own_os_disks(clients, vm), key=lambda each: _number(str(each["name"])), default=None)


def next_name(name: str) -> str:
    """``build-os`` becomes ``build-os-2``, and that ``build-os-3``."""
    match = re.fullmatch(r"(.*-os)(?:-[0-9]+)?", name)
    return f"{match[1]}-{_number(name) + 1}" if match else f"{name}-os-2"


def _is_of(vm: BuildVm, name: str) -> bool:
    return re.fullmatch(rf"{re.escape(vm.name)}-os(-[0-9]+)?", name) is not None


def _number(name: str) -> int:
    match = re.search(r"-os-([0-9]+)$", name)
    return int(match[1]) if match else 1
