"""From Sysprep's logs to a cause and a remedy (facts: Microsoft's support articles on each message)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mintage.recipe import Fix

_FLAGS = re.IGNORECASE | re.DOTALL


@dataclass(frozen=True)
class Known:
    """A signature in the log, what it means, and what helps. ``fix`` is what a build can do about it, if anything."""

    name: str
    signature: str
    cause: str
    remedy: str
    fix: Fix | None = None
    restored: bool = False
    """Going back to the snapshot is the remedy itself."""


@dataclass(frozen=True)
class Diagnosis:
    """Why Sysprep failed, as far as the logs tell."""

    known: Known
    details: tuple[str, ...] = ()
    """What the log names: packages, say."""

    @property
    def can_be_cured(self) -> bool:
        return self.known.fix is not None or self.known.restored

    def __str__(self) -> str:
        named = f" ({', '.join(self.details)})" if self.details else ""
        return f"{self.known.name}: {self.known.cause}{named}"


KNOWN = (
    Known(
        "per-user-appx",
        r"installed for a user,? but not provisioned|0x80073cf2",
        "an AppX package is installed for a user and not for all",
        "Remove-AppxPackage for that user, then Remove-AppxProvisionedPackage; or generalize.fix appx",
        fix="appx",
    ),
    Known(
        "rearm-exhausted",
        r"SLReArmWindows|0xc004d307|-1073425657",
        "this Windows was generalized as often as it may be",
        "build from a fresh image; SkipRearm would make machines that share their activation",
    ),
    Known(
        "bitlocker",
        r"BitLocker[ -]?(is )?on for the OS volume|0x80310039",
        "the system's volume is encrypted",
        "decrypt it fully in the recipe (manage-bde -off C:); or generalize.fix bitlocker",
        fix="bitlocker",
    ),
    Known(
        "servicing-active",
        r"0x800F0975|reserved storage is in use",
        "an update is being installed",
        "finish updates and restart at the end of the recipe",
        fix="pending-reboot",
    ),
    Known(
        "restart-pending",
        r"File operations? pending|Windows updates that require a reboot",
        "a restart is pending",
        "restart at the end of the recipe",
        fix="pending-reboot",
    ),
    Known(
        "defender-for-endpoint",
        r"DeleteValue.{0,400}senseGuid.{0,400}0x0*5\b",
        "Defender for Endpoint guards its keys",
        "offboard the machine in the recipe before it is generalized",
    ),
    Known(
        "dsc-cleanup",
        r"DscCore\.dll,\s*SysPrep_Cleanup.{0,400}0x(80070002|0*2\b)",
        "the clean-up of Desired State Configuration failed",
        "none is confirmed: report it with the attached logs",
    ),
    Known(
        "agent-provider",
        r"VMAgentDisabler\.dll",
        "a clean-up DLL of Azure's agent is registered and not there",
        r"repair the agent, or remove its entry below HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Setup"
        r"\SysPrepExternal\Generalize, in the recipe",
    ),
    Known(
        "uninstall-path-missing",
        r"RemoveUninstall.{0,400}0x80070003",
        "a folder that Sysprep expects is missing",
        "none is known: report it with the attached logs",
    ),
    Known(
        "agent-missing",
        r"Cannot find any service.{0,80}WindowsAzureGuestAgent",
        "Azure's agent is not installed yet",
        "wait for the agent before generalizing",
        restored=True,
    ),
    Known(
        "update-service",
        r"GeneralizeForImaging|wuaueng\.dll",
        "Sysprep waits for the Windows Update service",
        "let wuauserv start (Set-Service wuauserv -StartupType Manual), and allow 20 minutes",
        fix="update-service",
    ),
    # Last: what an earlier failure leads to, so that its cause goes first.
    Known(
        "half-way",
        r"0x0?f0073.{0,400}(invalid state|dwRet ?= ?31)",
        "an earlier run of Sysprep failed half-way",
        "nothing in the guest takes it back: the snapshot from before must be restored",
        restored=True,
    ),
)
UNKNOWN = Known("unknown", "", "the logs name no cause that is known here", "read the attached logs")
_PACKAGE = re.compile(r"Package (\S+?),? (?:was )?installed for a user", re.IGNORECASE)


def diagnose(errors: str, actions: str) -> Diagnosis:
    """The first known cause that setuperr.log names, else one of setupact.log's errors, else what its end stalled at.

    Most of setupact.log is no sign of anything: every run executes what some of the failures are named after.
    """
    told = [line for line in actions.splitlines() if ", Error" in line]
    for text in (errors, "\n".join(told), actions.strip().rpartition("\n")[2]):
        for known in KNOWN:
            if re.search(known.signature, text, _FLAGS):
                return Diagnosis(known, tuple(dict.fromkeys(_PACKAGE.findall(text))))
    return Diagnosis(UNKNOWN)
