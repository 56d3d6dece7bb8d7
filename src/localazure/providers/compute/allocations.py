"""When a call gives a machine a place to run, and what counts against a subscription's quotas."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from localazure.allocation import CORES, SPOT_CORES, Allocation
from localazure.arm.bodies import Json
from localazure.arm.ids import ResourceId
from localazure.cloud import Cloud
from localazure.providers.compute.references import VIRTUAL_MACHINE
from localazure.providers.compute.sizes import Size, find_size
from localazure.providers.compute.spot import is_spot
from localazure.store import Resource


def allocation_for(cloud: Cloud, rid: ResourceId, body: Any) -> Allocation | None:
    """What a machine needs that is written with ``body`` or, without one, started.

    None if it has its place already, or needs none: one that is deallocated and changes in all but its size.
    """
    current = cloud.store.find(rid)
    asked = body if isinstance(body, dict) else {}
    wanted = _of_body(asked) if current is None else _of_machine(current, asked)
    size = find_size(wanted.size)
    if size is None or (current is not None and (_has_place(current, size) or (asked and _rests(current, size)))):
        return None
    had = find_size(_size_name(current)) if current else None
    return Allocation(
        size=size.name,
        location=wanted.location,
        zones=wanted.zones,
        spot=wanted.spot,
        quotas=_quotas(size, spot=wanted.spot),
        new_cores=size.vcpus - (had.vcpus if had else 0),
        used=used_cores(cloud, wanted.location),
    )


def used_cores(cloud: Cloud, location: str) -> Counter[str]:
    """The cores of a region's machines, allocated or not, by the quotas they count against."""
    used: Counter[str] = Counter()
    for machine in cloud.store.of_type(VIRTUAL_MACHINE):
        size = find_size(_size_name(machine))
        if size and machine.location == location:
            used.update(dict.fromkeys(_quotas(size, spot=is_spot(machine)), size.vcpus))
    return used


@dataclass(frozen=True)
class _Wanted:
    size: str
    location: str
    zones: tuple[str, ...]
    spot: bool


def _of_body(body: Json) -> _Wanted:
    location = str(body.get("location") or "").replace(" ", "").lower()
    priority = _part(body, "properties").get("priority")
    return _Wanted(_asked_size(body), location, tuple(body.get("zones") or ()), priority in {"Spot", "Low"})


def _of_machine(machine: Resource, body: Json) -> _Wanted:
    size = _asked_size(body) or _size_name(machine)
    return _Wanted(size, machine.location or "", tuple(machine.extra.get("zones", ())), is_spot(machine))


def _asked_size(body: Json) -> str:
    return str(_part(_part(body, "properties"), "hardwareProfile").get("vmSize") or "")


def _part(document: Json, name: str) -> Json:
    part = document.get(name)
    return part if isinstance(part, dict) else {}


def _has_place(machine: Resource, size: Size) -> bool:
    """Whether it is allocated already, in that size. One that never ran for want of a place has none."""
    allocated = machine.internal["power"] != "deallocated" and "running_size" in machine.internal
    return allocated and _is_of(machine, size)


def _rests(machine: Resource, size: Size) -> bool:
    return machine.internal["power"] == "deallocated" and _is_of(machine, size)


def _is_of(machine: Resource, size: Size) -> bool:
    return _size_name(machine).lower() == size.name.lower()


def _size_name(machine: Resource) -> str:
    return str(machine.properties["hardwareProfile"]["vmSize"])


def _quotas(size: Size, *, spot: bool) -> tuple[str, ...]:
    return (SPOT_CORES,) if spot else (CORES, size.family)
