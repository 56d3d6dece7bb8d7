"""What must be true of a Windows before Sysprep, and what must be gone of the build after it.

``preflight.ps1`` and ``finish.ps1`` answer by these names. Facts: Microsoft Learn, "Sysprep (Generalize) a Windows
installation", "Sysprep support for server roles", "Remove machine specific information by generalizing a VM".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mintage.artifacts import Check
from mintage.generalize.base import Operation, Question

WAITED_FOR = frozenset({"servicing-idle", "agent"})
"""What passes by itself, given time."""

QUESTIONS = (
    Question("image-state", "Sysprep was run on this machine: go back to the snapshot from before."),
    Question("pending-reboot", "Restart at the end of the recipe, or let the build: generalize.fix pending-reboot."),
    Question("servicing-idle", "Windows still services itself: let the recipe wait for its updates, then restart."),
    Question(
        "bitlocker",
        r"Decrypt (manage-bde -off C:, and PreventDeviceEncryption=1 below HKLM\SYSTEM\CurrentControlSet\Control"
        r"\BitLocker), or let the build: generalize.fix bitlocker.",
    ),
    Question(
        "appx",
        "Remove these in the recipe (Remove-AppxPackage, then Remove-AppxProvisionedPackage), or let the build: "
        "generalize.fix appx.",
    ),
    Question("rearm-count", "This Windows was generalized as often as it may be: build from a fresh image."),
    Question("skip-rearm", "Remove SkipRearm in the recipe: the image's machines would share their activation."),
    Question("workgroup", "Leave the domain in the recipe (Remove-Computer) and restart."),
    Question("in-place-upgrade", "Build from an image that was installed, not upgraded."),
    Question("agent-providers", "Repair Azure's agent, or remove the entry from SysPrepExternal, in the recipe."),
    Question("server-roles", "Sysprep does not support these roles: install them on machines made from the image."),
    Question("hyper-v-networks", "Delete the virtual networks in the recipe (Remove-VMSwitch)."),
    Question("iis-credentials", "Remove encrypted passwords from applicationHost.config: use built-in identities."),
    Question("deployment-services", "Uninitialize WDS in the recipe (wdsutil /Uninitialize-Server)."),
    Question("removable-storage", "Remove the policy: Azure hands new VMs their settings on a disc."),
    Question("defender-onboarded", "Offboard from Defender for Endpoint in the recipe, and onboard each new machine."),
    Question("agent", "Wait for Azure's agent, or install it in the recipe."),
    Question("cdrom", "Set the service cdrom to start with the system, or let the build: generalize.fix cdrom."),
    Question("update-service", "Let wuauserv start manually, or let the build: generalize.fix update-service."),
    Question("unattend", "Remove these files in the recipe, or let the build: generalize.fix unattend."),
    Question("panther", "Remove this folder in the recipe, or let the build: generalize.fix panther."),
)

_BY_HAND = "See in the log why it stayed."
OPERATIONS = (
    Operation("image-state", "Sysprep did not end as it should."),
    Operation("build-account", _BY_HAND),
    Operation("build-profile", "A process of the build's account still runs; let the recipe start none that stays."),
    Operation("build-tasks", _BY_HAND),
    Operation("remote-access", _BY_HAND),
    Operation("unattend", _BY_HAND),
    Operation("temporary-files", _BY_HAND),
    Operation("logs", "A log cannot be cleared; or set generalize.keep_logs."),
)


def checks_of(asked: Sequence[Operation | Question], seen: Mapping[str, Any]) -> tuple[Check, ...]:
    """One check for each that was asked, in that order. What the guest did not answer has not passed."""
    return tuple(_check(each, seen.get(each.name, "no answer from the guest")) for each in asked)


def _check(asked: Operation | Question, answer: object) -> Check:
    seen = str(answer or "")
    return Check(name=asked.name, passed=not seen, seen=seen or "clean", remedy=asked.remedy if seen else "")
