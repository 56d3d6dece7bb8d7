"""Builds on images of others: in a community gallery, and in one that is shared directly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mintage.azure.clients import Clients
from mintage.azure.provision import provision
from mintage.azure.source import resolve_source
from mintage.build_plan import BuildPlan
from mintage.credentials import BuildKeys
from mintage.errors import SourceError
from mintage.settings import Settings
from tests.contract.conftest import Azure
from tests.contract.test_open_galleries import COMMUNITY, OpenShelf
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
    vm = provision(clients, settings, plan, source, BuildKeys(b"m" * 32, plan.build_id))
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
    vm = provision(clients, settings, plan, source, BuildKeys(b"m" * 32, plan.build_id))
    made: Any = clients.compute.virtual_machines.get(vm.resource_group, vm.name)
    assert made["properties"]["storageProfile"]["imageReference"]["sharedGalleryImageId"] == source.exact
