"""The sweeper on localazure: it finds all that builds left, wherever it is, and takes nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from localazure.faults.client import FaultClient
from localazure.faults.kinds.operations import FailedOperationFault
from localazure.faults.kinds.status import StatusFault
from localazure.settings import OTHER_SUBSCRIPTION
from mintage.artifacts import BuildVm, Cleaned
from mintage.azure.clean_up import clean_up, defer_clean_up
from mintage.azure.clients import Clients
from mintage.azure.copies import copy_version, destination_of
from mintage.azure.expired import Expired
from mintage.azure.publish import mark_unfit, publish
from mintage.azure.sweep import find_expired, remove
from mintage.build_plan import BuildPlan
from mintage.errors import MintageError
from mintage.names import EXPIRES_TAG
from mintage.recipe import CopyForm
from mintage.settings import Settings
from tests.contract.azure.conftest import Captured, capture_build

MakePlan = Callable[..., BuildPlan]


def later(plan: BuildPlan) -> datetime:
    return plan.expires + timedelta(minutes=1)


def expired(clients: Clients, plan: BuildPlan, now: datetime | None = None) -> list[Expired]:
    """What of the build has expired; other tests may have left something too."""
    return [each for each in find_expired(clients, now or later(plan)) if each.build_id == plan.build_id]


def swept(clients: Clients, plan: BuildPlan) -> Cleaned:
    return remove(clients, tuple(expired(clients, plan)), later(plan))


def make_group(clients: Clients, plan: BuildPlan, **tags: str) -> None:
    body: Any = {"location": "swedencentral", "tags": plan.tags | tags}
    clients.resources.resource_groups.create_or_update(plan.names.group, body)


@pytest.fixture
def made(clients: Clients, settings: Settings, plan: BuildPlan) -> Captured:
    """A build that died after its version was captured."""
    return capture_build(clients, settings, plan)


@pytest.fixture
def vm(made: Captured) -> BuildVm:
    return made.vm


def test_a_build_is_found_once_its_time_is_over_with_its_age_and_what_it_costs(
    clients: Clients, plan: BuildPlan, made: Captured
) -> None:
    assert expired(clients, plan, plan.expires - timedelta(minutes=1)) == []
    group, version = sorted(expired(clients, plan), key=lambda each: each.kind)
    assert (group.kind, group.name, group.recipe) == ("build", plan.names.group, "debian-12-web")
    assert (group.expires, group.begun) == (plan.expires, plan.started.replace(microsecond=0))
    assert (version.kind, version.resource_id) == ("image version", made.image.resource_id)
    assert made.image.version in version.name
    assert group.monthly_usd
    assert version.monthly_usd


def test_a_sweep_takes_the_group_and_the_version_that_was_never_published(
    clients: Clients, plan: BuildPlan, made: Captured
) -> None:
    cleaned = swept(clients, plan)
    assert made.vm.resource_id in cleaned.removed
    assert made.image.resource_id in cleaned.removed
    assert cleaned.leftovers == ()
    assert expired(clients, plan) == []
    assert not clients.resources.resource_groups.check_existence(plan.names.group)
    assert versions(clients, plan) == []


def test_a_build_that_only_got_as_far_as_its_group_in_another_region_is_found_too(
    clients: Clients, plan: BuildPlan
) -> None:
    make_group(clients, plan)
    assert [each.monthly_usd for each in expired(clients, plan)] == [0]
    assert len(swept(clients, plan).removed) == 1


def test_a_version_is_found_when_its_builds_group_is_gone(clients: Clients, plan: BuildPlan, made: Captured) -> None:
    mark_unfit(clients, plan, made.image)
    clean_up(clients, plan)
    assert [each.resource_id for each in expired(clients, plan)] == [made.image.resource_id]
    assert swept(clients, plan).removed == (made.image.resource_id,)


def test_a_version_that_azure_began_to_make_and_gave_up_is_found_too(
    clients: Clients, settings: Settings, plan: BuildPlan, faults: FaultClient
) -> None:
    faults.add(FailedOperationFault(operation="PUT Microsoft.Compute/galleries/images/versions", leaves="everything"))
    with pytest.raises(MintageError, match="InternalExecutionError"):
        capture_build(clients, settings, plan)
    faults.clear()
    (name,) = versions(clients, plan)
    publish_to = plan.recipe.publish
    path = publish_to.resource_group, publish_to.gallery, publish_to.definition.name, name
    half: Any = clients.compute.gallery_image_versions.get(*path)
    assert half["properties"]["provisioningState"] == "Failed"
    assert str(half["id"]) in swept(clients, plan).removed
    assert versions(clients, plan) == []


def test_a_version_that_cannot_be_read_is_shown_and_hinders_nothing_else(
    clients: Clients, plan: BuildPlan, made: Captured, faults: FaultClient
) -> None:
    reading = "GET Microsoft.Compute/galleries/images/versions"
    faults.add(StatusFault(operation=reading, status=403, code="AuthorizationFailed"))
    found = {each.kind: each for each in expired(clients, plan)}
    assert found["image version"].obstacle.startswith("it cannot be looked at: AuthorizationFailed")
    assert found["build"].obstacle == ""


def test_a_version_stays_as_long_as_its_build_may_be_gone_on_with(
    clients: Clients, plan: BuildPlan, made: Captured
) -> None:
    found = tuple(expired(clients, plan))
    defer_clean_up(clients, plan.build_id, timedelta(days=2))
    assert expired(clients, plan) == []
    assert remove(clients, found, later(plan)) == Cleaned()
    assert versions(clients, plan) == [made.image.version]


def test_a_copy_in_another_subscription_is_found_there_once_its_builds_time_is_over(
    clients: Clients, plan: BuildPlan, made: Captured, faults: FaultClient
) -> None:
    there = clients.in_subscription(OTHER_SUBSCRIPTION)
    form = CopyForm(kind="copy", subscription_id=OTHER_SUBSCRIPTION, resource_group=plan.names.group, gallery="copies")
    copy = copy_version(destination_of(clients, plan, form, 1), made.image, made.source)
    assert copy.resource_id not in {each.resource_id for each in expired(clients, plan)}
    (found,) = expired(there, plan)
    assert (found.kind, found.resource_id) == ("image version", copy.resource_id)
    # The build's group, where it was, says that the build may be gone on with.
    defer_clean_up(clients, plan.build_id, timedelta(days=2))
    assert expired(there, plan) == []
    assert remove(there, (found,), later(plan)) == Cleaned()
    home, looking = f"/subscriptions/{clients.subscription_id}/*", "GET Microsoft.Resources/resourceGroups"
    faults.add(StatusFault(operation=looking, resource=home, status=403, code="AuthorizationFailed"))
    (found,) = expired(there, plan)
    assert "cannot be looked at: AuthorizationFailed" in found.obstacle
    assert remove(there, (found,), later(plan)) == Cleaned()
    faults.clear()
    clean_up(clients, plan)
    assert swept(there, plan).removed == (copy.resource_id,)
    there.resources.resource_groups.begin_delete(plan.names.group).wait()


def test_a_published_version_is_nobodys_to_sweep(clients: Clients, plan: BuildPlan, made: Captured) -> None:
    found = tuple(expired(clients, plan))
    publish(clients, plan, made.image, lambda _: None)
    clean_up(clients, plan)
    assert expired(clients, plan, plan.expires + timedelta(days=9999)) == []
    assert remove(clients, found, later(plan)) == Cleaned()
    assert versions(clients, plan) == [made.image.version]


@pytest.mark.parametrize("code", ["ScopeLocked", "RequestDisallowedByPolicy"])
def test_what_a_lock_or_a_policy_keeps_is_reported_and_hinders_nothing_else(
    clients: Clients, make_plan: MakePlan, faults: FaultClient, code: str
) -> None:
    plans = [make_plan(), make_plan()]
    for plan in plans:
        make_group(clients, plan)
    locked, free = plans
    faults.add(
        StatusFault(
            operation="DELETE Microsoft.Resources/resourceGroups", resource=f"*{locked.build_id}", status=409, code=code
        )
    )
    cleaned = remove(clients, (*expired(clients, locked), *expired(clients, free)), later(free))
    assert [each.rpartition("/")[2] for each in cleaned.removed] == [free.names.group]
    (left,) = cleaned.leftovers
    assert left.resource_id.endswith(locked.names.group)
    assert code in left.reason
    faults.clear()


def test_a_group_whose_expiry_says_no_time_is_shown_and_left(clients: Clients, plan: BuildPlan) -> None:
    make_group(clients, plan, **{EXPIRES_TAG: "never"})
    (found,) = expired(clients, plan)
    assert (found.expires, found.obstacle) == (None, "its mintage-expires says no time: 'never'")
    assert remove(clients, (found,), later(plan)) == Cleaned()
    assert clients.resources.resource_groups.check_existence(plan.names.group)


def test_what_was_moved_out_of_its_builds_group_is_shown_and_left(
    clients: Clients, plan: BuildPlan, group: str
) -> None:
    body: Any = {
        "location": "westeurope",
        "tags": plan.tags,
        "properties": {"creationData": {"createOption": "Empty"}, "diskSizeGB": 4},
    }
    clients.compute.disks.begin_create_or_update(group, "moved", body).wait()
    (found,) = expired(clients, plan)
    assert (found.kind, found.name) == ("resource", "moved")
    assert plan.names.group in found.obstacle
    assert remove(clients, (found,), later(plan)) == Cleaned()


def test_what_only_looks_like_a_build_is_not_touched(clients: Clients, plan: BuildPlan) -> None:
    body: Any = {"location": "westeurope", "tags": {EXPIRES_TAG: plan.expires.isoformat()}}
    clients.resources.resource_groups.create_or_update(plan.names.group, body)
    assert plan.names.group not in {each.name for each in find_expired(clients, later(plan))}


def versions(clients: Clients, plan: BuildPlan) -> list[str]:
    publish_to = plan.recipe.publish
    path = publish_to.resource_group, publish_to.gallery, publish_to.definition.name
    return [str(each["name"]) for each in clients.compute.gallery_image_versions.list_by_gallery_image(*path)]
