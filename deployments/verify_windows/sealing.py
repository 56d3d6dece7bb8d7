"""The VM generalized by Mintage's own code, watched; and an image of it that one more VM is made from."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from deployments.verify_windows.rules import Seen
from deployments.verify_windows.scripts import text_of
from deployments.verify_windows.site import Log, Site
from deployments.verify_windows.ways import by_azure, over_winrm
from mintage.azure.capture import capture
from mintage.azure.snapshot import snapshot_disks
from mintage.azure.verification import start_verification_vms
from mintage.errors import GeneralizeError, MintageError
from mintage.guests import guest_of, windows_guest
from mintage.guests.turning_off import BootedAgain
from mintage.guests.windows_generalize import WindowsGeneralizing
from mintage.powershell import parse_answer
from mintage.recipe import WindowsRecipe

_STATE = re.compile(r"\b(IMAGE_STATE_\w+)")
_LOG_END = 1500
VERSION = "1.0.0"


@dataclass
class Watch:
    """What Mintage's generalizing says, with the second at which it said so."""

    say: Log
    began: float = field(default_factory=time.monotonic)
    timeline: list[dict[str, Any]] = field(default_factory=list)
    """Each ImageState when it was first seen in a row."""
    logs: dict[str, str] = field(default_factory=dict)

    def log(self, line: str) -> None:
        self.say(line)
        found = _STATE.search(line)
        if found and found[1] != (self.timeline[-1]["state"] if self.timeline else None):
            self.timeline.append({"at": round(time.monotonic() - self.began, 1), "state": found[1]})

    def attach(self, name: str, text: str) -> None:
        self.logs[name] = text[-_LOG_END:]


def seal(site: Site) -> None:
    """Generalize the VM; afterwards nobody but Azure's agent gets in, and that only until the VM is put away.

    Raises what ``Guest.generalize`` does.
    """
    identity = over_winrm(site, text_of("identity.ps1"))
    rearms = over_winrm(site, text_of("rearm_count.ps1"))["left"]
    guest_of(site.clients, site.plan, site.keys).inventory(site.vm)
    snapshot = snapshot_disks(site.clients, site.plan, site.vm, site.plan.names.snapshot())
    site.hang_up()
    watch = Watch(site.log)
    generalizing = _generalizing(site, watch)
    try:
        generalizing.seal(snapshot)
        generalizing.prove()
    except MintageError as error:
        site.found["logs"] = watch.logs
        raise type(error)(error.what, where=error.where, seen=f"{error.seen}\n{watch.timeline}") from error
    site.found["before"] = {"identity": identity, "rearms": rearms}
    site.found["sealed"] = {
        "states": [each["state"] for each in watch.timeline],
        "timeline": watch.timeline,
        "seconds": round(time.monotonic() - watch.began, 1),
    }


def boot_image(site: Site) -> None:
    """Capture the sealed VM and make one VM from the image.

    Raises GeneralizeError when it is not sealed, and what capturing and making a VM do.
    """
    if "sealed" not in site.found:
        raise _no_image(site, "generalizing failed")
    try:
        _generalizing(site, Watch(site.log)).put_away()
    except BootedAgain as error:
        raise _no_image(site, f"it did not stay off: {error}") from error
    version = capture(site.clients, site.plan, site.vm, VERSION, site.source)
    site.log(f"Captured {version.resource_id}; making a VM from it")
    began = time.monotonic()
    (vm,) = start_verification_vms(site.clients, site.settings, site.plan, version, site.keys, count=1)
    site.found["image"] = {"vm": vm.name, "seconds": round(time.monotonic() - began, 1)}


def _no_image(site: Site, seen: str) -> GeneralizeError:
    return GeneralizeError(
        "No image is made of a VM that was not generalized",
        where=site.vm.resource_id,
        seen=seen,
        remedy="see the points behind Sysprep",
    )


def _generalizing(site: Site, watch: Watch) -> WindowsGeneralizing:
    recipe = site.plan.recipe
    if not isinstance(recipe, WindowsRecipe):
        raise TypeError(recipe)
    return windows_guest(site.clients, site.plan, recipe, site.keys).generalizing(site.vm, watch.log, watch.attach)


def told_of_sysprep(site: Site, script: str) -> Seen:  # noqa: ARG001 - it is over
    return site.found["sealed"]


def rearms_used(site: Site, script: str) -> Seen:
    before, after = site.found["before"]["rearms"], by_azure(site, script)["left"]
    return {"before": before, "after": after, "used": before - after}


def on_the_new_machine(site: Site, script: str) -> Seen:
    """By Run Command on the VM that was made from the image."""
    return parse_answer(site.run_command(script, str(site.found["image"]["vm"])), where="the VM from the image")


def compared_with_the_new_machine(site: Site, script: str) -> Seen:
    """Two machines, of which one was made from an image of the other."""
    before: Mapping[str, Any] = site.found["before"]["identity"]
    now = on_the_new_machine(site, script)
    return {
        "imageState": now["imageState"],
        "sidIsNew": now["machineSid"] != before["machineSid"],
        "nameIsNew": now["computerName"].lower() != before["computerName"].lower(),
        "nameIsAzures": now["computerName"].lower() == site.plan.names.computer(1).lower(),
        "seconds": site.found["image"]["seconds"],
    }
