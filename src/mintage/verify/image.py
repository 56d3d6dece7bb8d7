"""The proof of an image: VMs booted from it, asked, and removed."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from mintage.artifacts import Check, ImageVersion, Verified
from mintage.azure.clients import Clients
from mintage.azure.power import running
from mintage.azure.together import finish_all
from mintage.azure.verification import VerificationVm, delete_vms, start_verification_vms, wait_for_host_keys
from mintage.build_plan import BuildPlan
from mintage.credentials import BuildKeys
from mintage.errors import VerificationFailed
from mintage.names import BUILD_USER
from mintage.recipe import parse_duration
from mintage.remote.first_boot import wait_for_cloud_init
from mintage.remote.ssh import SshRemote, connect
from mintage.settings import Settings
from mintage.verify.facts import Expected, Facts, gather
from mintage.verify.identity import identities_differ
from mintage.verify.image_checks import check_image
from mintage.verify.recipe_tests import run_recipe_tests

Log = Callable[[str], None]
_START_SECONDS = 20 * 60


def verify_image(
    clients: Clients, settings: Settings, plan: BuildPlan, image: ImageVersion, keys: BuildKeys, log: Log
) -> Verified:
    """Boot two VMs from the version at once, put all questions to both, and remove them.

    What does not pass is in the answer (see ``demand_passed``). Raises what says that the VMs could not be asked.
    """
    vms = start_verification_vms(clients, settings, plan, image, keys, log=log)
    # Those that an earlier attempt made may have been put away since.
    finish_all({vm.resource_id: running(clients, vm.resource_group, vm.name) for vm in vms}, seconds=_START_SECONDS)
    asked = [_ask(clients, plan, vm, keys, log) for vm in vms]
    checks = [check for _, found in asked for check in found] + list(identities_differ(asked[0][0], asked[1][0]))
    delete_vms(clients, plan, vms)
    return Verified(image_version=image.resource_id, vms=tuple(vm.name for vm in vms), checks=tuple(checks))


def demand_passed(verified: Verified) -> None:
    """Raise VerificationFailed naming each check that did not pass."""
    if verified.failed:
        raise VerificationFailed(
            f"{len(verified.failed)} of {len(verified.checks)} checks failed",
            where=verified.image_version,
            seen="\n".join(f"{check.name}: {check.seen}" for check in verified.failed),
            remedy="\n".join(dict.fromkeys(check.remedy for check in verified.failed if check.remedy)),
        )


def _ask(
    clients: Clients, plan: BuildPlan, vm: VerificationVm, keys: BuildKeys, log: Log
) -> tuple[Facts, tuple[Check, ...]]:
    deadline = time.monotonic() + parse_duration(plan.recipe.verify.boot_timeout).total_seconds()
    address = wait_for_host_keys(clients, vm, deadline - time.monotonic())
    log(f"{vm.name} told its host key; logging in")
    with connect(address, keys.verification_key().private, deadline=deadline) as guest:
        wait_for_cloud_init(guest, deadline)
        return _checks(guest, plan, vm, keys, lambda line: log(f"{vm.name}: {line}"))


def _checks(
    guest: SshRemote, plan: BuildPlan, vm: VerificationVm, keys: BuildKeys, log: Log
) -> tuple[Facts, tuple[Check, ...]]:
    expected = Expected(
        build_user=BUILD_USER,
        build_host_key=keys.host_key(plan.names.vm).public,
        authorized_keys=(keys.verification_key().public,),
        host_name=vm.name,
        keep_logs=plan.recipe.generalize.keep_logs,
    )
    facts = gather(guest, expected)
    tests = run_recipe_tests(guest, plan.recipe.verify.tests, Path(plan.recipe_folder), log)
    named = [
        check.model_copy(update={"name": f"{vm.name}: {check.name}"})
        for check in (*check_image(facts, expected), *tests)
    ]
    return facts, tuple(named)
