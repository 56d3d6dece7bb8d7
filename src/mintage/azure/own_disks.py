"""The build VM's disks, also when there is no VM to ask for them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mintage.artifacts import BuildVm
from mintage.azure.clients import Clients
from mintage.azure.ensure import Document

_NAME = re.compile(r"-(?P<what>os|data-(?P<lun>[0-9]+))(?:-(?P<copy>[0-9]+))?")
Disks = Mapping[int | None, Document]
"""By lun; the system's under None."""


def own_disks(clients: Clients, vm: BuildVm) -> list[Document]:
    """All the disks that the VM had, or was to have."""
    disks = clients.compute.disks.list_by_resource_group(vm.resource_group)
    return [each for each in disks if _match(vm, str(each["name"]))]


def newest_disks(clients: Clients, vm: BuildVm) -> Disks:
    """The last of each: one that is put back counts one higher."""
    newest: dict[int | None, tuple[int, Document]] = {}
    for each in own_disks(clients, vm):
        lun, copy = _place(vm, str(each["name"]))
        if lun not in newest or copy > newest[lun][0]:
            newest[lun] = copy, each
    return {lun: disk for lun, (_, disk) in newest.items()}


def next_name(name: str) -> str:
    """``build-os`` becomes ``build-os-2``, and that ``build-os-3``; so does ``build-data-3``."""
    match = re.fullmatch(rf"(?P<vm>.*){_NAME.pattern}", name)
    if match is None:
        return f"{name}-os-2"
    return f"{match['vm']}-{match['what']}-{int(match['copy'] or 1) + 1}"


def _match(vm: BuildVm, name: str) -> re.Match[str] | None:
    return re.fullmatch(rf"{re.escape(vm.name)}{_NAME.pattern}", name)


def _place(vm: BuildVm, name: str) -> tuple[int | None, int]:
    match = _match(vm, name)
    assert match is not None  # noqa: S101 - it is one of the VM's
    return int(match["lun"]) if match["lun"] else None, int(match["copy"] or 1)
