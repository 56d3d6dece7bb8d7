"""The whole of it: a VM made, asked, and removed whatever happens."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from deployments.local_stack.signals import undisturbed
from deployments.verify_windows.point import PointResult
from deployments.verify_windows.points import FRESH, IMAGE, SEALED
from deployments.verify_windows.record import Record
from deployments.verify_windows.runner import Told, ask, ask_of_image, ask_sealed
from deployments.verify_windows.site import Site, provisioned
from mintage.azure.clean_up import clean_up
from mintage.azure.clients import Clients
from mintage.build_plan import BuildPlan
from mintage.credentials import BuildKeys
from mintage.settings import Settings

_KEY_BYTES = 32
Say = Callable[[str], None]


@dataclass(frozen=True)
class Depth:
    """How far to go: an image needs a VM that was generalized."""

    sysprep: bool = True
    image: bool = False


def carried_out(settings: Settings, clients: Clients, plan: BuildPlan, depth: Depth, say: Say) -> Record:
    """Raises what making the VM does; a point that cannot be asked is one that differs."""
    left: tuple[str, ...] = ()
    try:
        # Nobody goes on with these VMs, so nobody else needs to know the key.
        keys = BuildKeys(secrets.token_bytes(_KEY_BYTES), plan.build_id)
        site = provisioned(settings, clients, plan, keys, say)
        points = _asked(site, depth, say)
    finally:
        with undisturbed():
            left = _cleaned(clients, plan, say)
    return Record(
        build_id=plan.build_id,
        source=site.source.exact,
        size=site.vm.size,
        location=site.vm.location,
        points=points,
        left=left,
    )


def _asked(site: Site, depth: Depth, say: Say) -> tuple[PointResult, ...]:
    told = _teller(say)
    try:
        results = ask(site, FRESH, told)
        if depth.sysprep or depth.image:
            results += ask_sealed(site, SEALED, told)
        if depth.image:
            results += ask_of_image(site, IMAGE, told)
        return results
    finally:
        site.hang_up()


def _cleaned(clients: Clients, plan: BuildPlan, say: Say) -> tuple[str, ...]:
    say(f"Removing {plan.names.group} with all that is in it")
    leftovers = clean_up(clients, plan).leftovers
    for each in leftovers:
        say(f"Left {each.resource_id}: {each.reason}")
    return tuple(each.resource_id for each in leftovers)


def _teller(say: Say) -> Told:
    def told(result: PointResult) -> None:
        say(f"{result.point}: {'as assumed' if result.as_assumed else 'OTHERWISE: ' + '; '.join(result.differences)}")

    return told
