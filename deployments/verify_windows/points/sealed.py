"""What Sysprep does to the machine, and what a machine made from its image is."""

from __future__ import annotations

from deployments.verify_windows.point import Point
from deployments.verify_windows.rules import at_most, ends_with, equals, matches, nothing_but
from deployments.verify_windows.sealing import (
    compared_with_the_new_machine,
    on_the_new_machine,
    rearms_used,
    told_of_sysprep,
)
from deployments.verify_windows.ways import by_azure

_SEALED = "IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE"
_LINE = r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d, (Info|Warning|Error) +(\[0x[0-9a-f]+\] )?SYSPRP "
_LEFTOVERS = ("accounts", "profiles", "tasks", "certificates", "listeners", "mappings")
_NOTHING_LEFT = tuple(nothing_but(field) for field in _LEFTOVERS)

SEALED = (
    Point(
        "sysprep-states",
        f"Sysprep goes from complete by way of undeployable to {_SEALED}, in less than an hour",
        "generalize.windows.sysprep; the model's Sysprep",
        told_of_sysprep,
        (
            nothing_but("states", "IMAGE_STATE_COMPLETE", "IMAGE_STATE_UNDEPLOYABLE", _SEALED),
            ends_with("states", _SEALED),
            at_most("seconds", 3600),
        ),
    ),
    Point(
        "sysprep-log",
        "setupact.log's lines begin with a time, a level and SYSPRP, and a run that succeeds leaves its tag file",
        "generalize.windows.diagnosis; the model's logs",
        by_azure,
        (matches("first", _LINE), matches("last", _LINE), equals("succeeded", expected=True)),
        "sysprep_logs.ps1",
    ),
    Point(
        "rearm-used",
        "generalizing takes one of the rearms",
        "preflight's rearm-count; the model's licensing",
        rearms_used,
        (equals("used", 1),),
        "rearm_count.ps1",
    ),
    Point(
        "leftovers",
        "of the build's administrator, its profile, tasks, certificates, listener and mapping nothing is left",
        "finish.ps1 and its proof",
        by_azure,
        _NOTHING_LEFT,
        "leftovers.ps1",
    ),
)
IMAGE = (
    Point(
        "new-machine",
        "a machine from the image goes through specialize and OOBE: a new SID, and the name that Azure gives it",
        "verify's different-machine-sids and computer-name; the model's boot",
        compared_with_the_new_machine,
        (
            equals("imageState", "IMAGE_STATE_COMPLETE"),
            equals("sidIsNew", expected=True),
            equals("nameIsNew", expected=True),
            equals("nameIsAzures", expected=True),
        ),
        "identity.ps1",
    ),
    Point(
        "new-machine-leftovers",
        "on a machine from the image nothing of the build is left",
        "verify's build-account, build-profile, build-tasks and remote-access",
        on_the_new_machine,
        _NOTHING_LEFT,
        "leftovers.ps1",
    ),
)
