"""The proof of an image: VMs booted from it, asked, and removed."""

from __future__ import annotations

from collections.abc import Callable

from mintage.artifacts import Check, ImageVersion, Verified
from mintage.azure.clients import Clients
from mintage.azure.verification import VerificationVm, delete_vms, start_verification_vms
from mintage.build_plan import BuildPlan
from mintage.credentials import BuildKeys
from mintage.errors import DeadlinePassed, VerificationFailed
from mintage.guests import guest_of
from mintage.settings import Settings
from mintage.verify.recipe_tests import OF_RECIPE

Log = Callable[[str], None]


def verify_image(
    clients: Clients, settings: Settings, plan: BuildPlan, image: ImageVersion, keys: BuildKeys, log: Log
) -> Verified:
    """Boot two VMs from the version at once, put all questions to both, and remove them.

    What does not pass is in the answer (see ``demand_passed``). Raises what says that the VMs could not be asked; those
    that did not answer in time are removed before.
    """

    def ask() -> tuple[tuple[VerificationVm, ...], tuple[Check, ...]]:
        vms = start_verification_vms(clients, settings, plan, image, keys, log=log)
        try:
            checks = guest_of(clients, plan, keys).prove(vms, log)
        except DeadlinePassed:
            # They would not answer later either: a guest that lost its power in its first boot told its host key on a
            # console that is gone. Whoever tries again asks new ones.
            delete_vms(clients, plan, vms)
            raise
        delete_vms(clients, plan, vms)
        return vms, checks

    vms, checks = ask()
    if _may_have_booted_again(vms, checks):
        log("VMs did not pass that may have booted again since; asking new ones")
        vms, checks = ask()
    return Verified(image_version=image.resource_id, vms=tuple(vm.name for vm in vms), checks=checks)


def _may_have_booted_again(vms: tuple[VerificationVm, ...], checks: tuple[Check, ...]) -> bool:
    """Whether it may be that what did not pass was left by the VM's own first boot, and not by the build machine.

    A host that fails has its VMs boot again. The recipe's tests are no matter of that, unless nobody knows at all what
    became of the VM since an earlier attempt.
    """
    failed = [check for check in checks if not check.passed]
    if any(vm.adopted for vm in vms):
        return bool(failed)
    return any(f": {OF_RECIPE}" not in check.name for check in failed)


def demand_passed(verified: Verified) -> None:
    """Raise VerificationFailed naming each check that did not pass."""
    if verified.failed:
        raise VerificationFailed(
            f"{len(verified.failed)} of {len(verified.checks)} checks failed",
            where=verified.image_version,
            seen="\n".join(f"{check.name}: {check.seen}" for check in verified.failed),
            remedy="\n".join(dict.fromkeys(check.remedy for check in verified.failed if check.remedy)),
        )
