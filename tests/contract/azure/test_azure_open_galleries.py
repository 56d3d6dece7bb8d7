"""Builds on images of others: in a community gallery, in one that is shared directly, in another subscription."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from localazure.settings import OTHER_SUBSCRIPTION
from mintage.azure.clients import Clients
from mintage.azure.provision import provision
from mintage.azure.source import resolve_source
from mintage.azure.source_copies import copy_source
from mintage.build_plan import BuildPlan
from mintage.errors import SourceError
from mintage.settings import Settings
from tests.contract.conftest import Azure
from tests.contract.test_open_galleries import COMMUNITY, OpenShelf
from tests.support.build_vms import keys_of
from tests.support.documented import documented_source

MakePlan = Callable[..., BuildPlan]


@pytest.fixture
def shelf(azure: Azure, group: str) -> OpenShelf:
    return OpenShelf(azure, group)


def test_the_image_of_a_community_gallery_is_found_by_public_name_with_who_published_it(
    clients: Clients, settings: Settings, make_plan: MakePlan, shelf: OpenShelf
) -> None:
    shelf.put(**COMMUNITY)
    shelf.fill()
    example = documented_source("Community gallery", clients.subscription_id) | {"gallery": shelf.public_name()}
    with pytest.raises(SourceError, match="does not exist"):
        resolve_source(clients, make_plan(source=example))
    shelf.share(operationType="EnableCommunity")
    plan = make_plan(source=example)
    source = resolve_source(clients, plan)
    assert source.exact == f"/CommunityGalleries/{shelf.public_name()}/Images/image/Versions/1.0.0"
    known = {fact.name: fact.value for fact in source.facts}
    assert (known["contact"], known["size"]) == ("images@publisher.example", "30 GiB")
    vm = provision(clients, settings, plan, source, keys_of(plan))
    made: Any = clients.compute.virtual_machines.get(vm.resource_group, vm.name)
    assert made["properties"]["storageProfile"]["imageReference"]["communityGalleryImageId"] == source.exact
    with pytest.raises(SourceError, match=r"excluded from latest: 2\.0\.0"):
        resolve_source(clients, make_plan(source=example | {"version": "3.0.0"}))
    with pytest.raises(SourceError, match="no version latest to be used in uksouth"):
        resolve_source(clients, make_plan(source=example, build={"region": "uksouth"}))


def test_the_image_of_a_shared_gallery_is_found_by_unique_name(
    clients: Clients, settings: Settings, make_plan: MakePlan, shelf: OpenShelf
) -> None:
    shelf.put(permissions="Groups")
    shelf.fill()
    shelf.share(operationType="Add", groups=[{"type": "Subscriptions", "ids": [clients.subscription_id]}])
    example = documented_source("Direct shared gallery", clients.subscription_id) | {"gallery": shelf.unique}
    plan = make_plan(source=example)
    source = resolve_source(clients, plan)
    assert source.exact == f"/SharedGalleries/{shelf.unique}/Images/image/Versions/1.0.0"
    vm = provision(clients, settings, plan, source, keys_of(plan))
    made: Any = clients.compute.virtual_machines.get(vm.resource_group, vm.name)
    assert made["properties"]["storageProfile"]["imageReference"]["sharedGalleryImageId"] == source.exact


def test_what_another_subscription_lets_this_identity_read_is_built_on(
    clients: Clients, settings: Settings, make_plan: MakePlan
) -> None:
    other = clients.in_subscription(OTHER_SUBSCRIPTION)
    other.resources.resource_groups.create_or_update("theirs", {"location": "westeurope"})
    endpoints = SimpleNamespace(subscription=OTHER_SUBSCRIPTION)
    azure: Any = SimpleNamespace(compute=other.compute, network=other.network, endpoints=endpoints)
    shelf = OpenShelf(azure, "theirs")
    shelf.put()
    shelf.fill()
    definition = f"{shelf.compute.id_of('galleries', shelf.name)}/images/image"
    disk = shelf.compute.id_of("disks", "debian")
    for given in (
        {"kind": "gallery", "definition_id": definition},
        {"kind": "managed_disk", "disk_id": disk, "state": "generalized"},
    ):
        plan = make_plan(source=given)
        source = resolve_source(clients, plan)
        assert OTHER_SUBSCRIPTION in source.exact
        ready = copy_source(clients, plan, source) if source.disk_id else source
        vm = provision(clients, settings, plan, ready, keys_of(plan))
        assert OTHER_SUBSCRIPTION not in vm.resource_id
    other.resources.resource_groups.begin_delete("theirs").wait()
