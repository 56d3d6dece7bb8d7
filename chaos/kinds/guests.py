"""What goes wrong inside machines."""

from __future__ import annotations

from typing import get_args

from chaos.kinds.kind import CALLED, Expected, Kind, Make, Place, at_guest, lasting
from chaos.points import Point
from chaos.recipes import System
from chaos.trial import befalling
from localazure.faults.kinds.machines import (
    ClockSkewFault,
    CrashFault,
    CutFault,
    DiskFullFault,
    HostKeyFault,
    SilentAgentFault,
    SysprepFault,
)
from localazure.hypervisor.mishaps import SysprepCauseName

_SHUT_SECONDS = 5
_SKEW_SECONDS = 7200
_MADE = CALLED[Place.MACHINE]
"""Lasting faults strike at a call, so that it is known whether they did."""
_SKEWED = ("clock", "valid", "certificate")
_CHECKS: dict[SysprepCauseName, str] = {
    "per-user-appx": "appx: ",
    "half-way": "image-state: ",
    "rearm-exhausted": "rearm-count: ",
    "bitlocker": "bitlocker: ",
    "servicing-active": "servicing-idle: ",
    "defender-for-endpoint": "defender-onboarded: ",
    "agent-provider": "agent-providers: ",
    "agent-missing": "agent: ",
    "file-operations-pending": "pending-reboot: ",
    "restart-pending": "pending-reboot: ",
}
"""By which check a cause is found before Sysprep is started."""
_WAITED_FOR = {("servicing-active", "now"), ("agent-missing", "now"), ("agent-missing", "sysprep")}
"""Builds wait an hour and more for these to pass."""
_FIRST = Point(where="guest", number=1, when="before")


def _skewed(seconds: float) -> Make:
    return lasting(ClockSkewFault(operation=_MADE, seconds=seconds))


def _sysprep(cause: SysprepCauseName, at: str) -> Kind:
    fault = SysprepFault.model_validate({"cause": cause, "at": at})
    return Kind(
        f"Sysprep: {cause}, found {'in time' if at == 'now' else 'late'}",
        Place.BUILD,
        lambda _spot, _when: befalling(fault, _FIRST),
        Expected.EITHER,
        (cause, _CHECKS.get(cause, cause)),
        systems=(System.WINDOWS,),
        go_on_from="provision",
    )


GUESTS = (
    Kind("connection cut", Place.GUEST, at_guest(CutFault()), sides=("before", "after")),
    Kind("connection cut for 5 s", Place.GUEST, at_guest(CutFault(seconds=_SHUT_SECONDS)), sides=("after",)),
    Kind("guest crashes and stops", Place.GUEST, at_guest(CrashFault(then="stops")), sides=("after",)),
    Kind("guest crashes and reboots", Place.GUEST, at_guest(CrashFault(then="reboots")), sides=("after",)),
    Kind(
        "other host key",
        Place.GUEST,
        at_guest(HostKeyFault()),
        Expected.EITHER,
        (r"SHA256:.*SHA256:",),
        go_on_from="provision",
    ),
    Kind(
        "disk full",
        Place.GUEST,
        at_guest(DiskFullFault()),
        Expected.EITHER,
        ("No space left", "not enough space", "disk is full", "DiskFull"),
        go_on_from="provision",
    ),
    Kind(
        "agent silent",
        Place.BUILD,
        lasting(SilentAgentFault(operation=_MADE)),
        Expected.ENDS,
        ("OSProvisioning",),
    ),
    Kind(
        "agent silent since",
        Place.GUEST,
        at_guest(SilentAgentFault()),
        Expected.EITHER,
        ("agent", "TimedOut"),
        # The image is condemned by then.
        go_on_from="provision",
    ),
    Kind("clock ahead", Place.BUILD, _skewed(_SKEW_SECONDS), Expected.EITHER, _SKEWED),
    Kind("clock behind", Place.BUILD, _skewed(-_SKEW_SECONDS), Expected.EITHER, _SKEWED),
    *(
        _sysprep(cause, at)
        for cause in get_args(SysprepCauseName)
        for at in ("now", "sysprep")
        if (cause, at) not in _WAITED_FOR
    ),
)
