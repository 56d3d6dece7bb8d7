"""The proof of an image: VMs booted from it, asked, and removed."""

from __future__ import annotations

from collections.abc import Callable

from mintage.artifacts import Check, ImageVersion, Verified
from mintage.azure.clients import Clients
from mintage.azure.verification import VerificationVm, delete_vms, start_verification_vms
from mintage.build_plan import BuildPlan
from mintage.credentials import BuildKeys
from mintage.errors import VerificationFailed
from mintage.guests import guest_of
from mintage.settings import Settings

Log = Callable[[str], None]


def verify_image(
    clients: Clients, settings: Settings, plan: BuildPlan, image: ImageVersion, keys: BuildKeys, log: Log
) -> Verified:
    """Boot two VMs from the version at once, put all questions to both, and remove them.

    What does not pass is in the answer (see ``demand_passed``). Raises what says that the VMs could not be asked.
    """

    def ask() -> tuple[tuple[VerificationVm, ...], tuple[Check, ...]]:
        vms = start_verification_vms(clients, settings, plan, image, keys, log=log)
        checks = guest_of(clients, plan, keys).prove(vms, log)
        delete_vms(clients, plan, vms)
        return vms, checks

    vms, checks = ask()
    if any(vm.adopted for vm in vms) and not all(check.passed for check in checks):
        # What ended that attempt may have had them boot again, which looks like something left by the build machine.
        log("VMs of an earlier attempt did not pass; asking new ones")
        vms, checks = ask()
    return Verified(image_version=image.resource_id, vms=tuple(vm.name for vm in vms), checks=checks)


def demand_passed(verified: Verified) -> None:
    """Raise VerificationFailed naming each check that did not pass."""
    if verified.failed:
        raise VerificationFailed(
            f"{len(verified.failed)} of {len(verified.checks)} checks failed",
            where=verified.image_version,
            seen="\n".join(f"{check.name}: {check.seen}" for check in verified.failed),
            remedy="\n".join(dict.fromkeys(check.remedy for check in verified.failed if check.remedy)),
        )
