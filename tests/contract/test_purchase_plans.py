"""Machines from marketplace images that are sold under a plan, and from what is made of such machines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError

from localazure.catalogue import PurchasePlan
from tests.contract.conftest import Azure
from tests.support.compute import HERE, MARKETPLACE, Compute, refusal

PLAN = PurchasePlan(publisher="contoso", product="sold", name="plus")
BOUGHT = {"publisher": "contoso", "product": "sold", "name": "plus"}
IMAGE = {"publisher": "contoso", "offer": "sold", "sku": "plus", "version": "latest"}


class Shop:
    """Sells the server's image under a plan too."""

    def __init__(self, azure: Azure) -> None:
        self.azure = azure

    def agree(self, verb: str) -> None:
        root = f"/subscriptions/{self.azure.endpoints.subscription}/providers/Microsoft.MarketplaceOrdering"
        agreement = f"{root}/agreements/{PLAN.publisher}/offers/{PLAN.product}/plans/{PLAN.name}/{verb}"
        with self.azure.wire() as wire:
            assert wire.post(agreement, params={"api-version": "2021-01-01"}).status_code == 200


@pytest.fixture
def shop(azure: Azure) -> Iterator[Shop]:
    cloud, before = azure.server.cloud, azure.server.cloud.catalogue
    cloud.catalogue = (*before, replace(before[0], publisher="contoso", offer="sold", sku="plus", plan=PLAN))
    shop = Shop(azure)
    yield shop
    shop.agree("cancel")
    cloud.catalogue = before


@pytest.fixture
def compute(azure: Azure, group: str) -> Compute:
    return Compute(azure, group)


def made(compute: Compute, name: str, image: Any, plan: Any = None) -> Any:
    body = compute.body(name)
    body["properties"]["storageProfile"]["imageReference"] = dict(image)
    return compute.put(name, body | ({"plan": plan} if plan else {}))


def refused(compute: Compute, image: Any, plan: Any = None, name: str = "refused") -> str:
    """The code with which an operation that was begun ends."""
    with pytest.raises(HttpResponseError) as caught:
        made(compute, name, image, plan)
    assert caught.value.error is not None
    assert caught.value.error.code == "VMMarketplaceInvalidInput"
    return str(caught.value.error.message)


def test_a_machine_is_bought_under_the_images_plan_once_its_terms_are_accepted(compute: Compute, shop: Shop) -> None:
    with pytest.raises(HttpResponseError) as caught:
        made(compute, "vm", IMAGE, BOUGHT)
    assert refusal(caught) == (400, "ResourcePurchaseValidationFailed")
    assert "publisher='contoso' offer = 'sold', sku = 'plus'" in str(caught.value)
    shop.agree("sign")
    assert made(compute, "vm", IMAGE, BOUGHT).plan.as_dict() == BOUGHT
    compute.patch("vm", {"tags": {"a": "b"}})
    shown = compute.client.virtual_machines.get(compute.group, "vm").plan
    assert shown
    assert shown.as_dict() == BOUGHT


def test_a_plan_must_be_given_where_it_is_needed_and_nowhere_else(compute: Compute, shop: Shop) -> None:
    shop.agree("sign")
    assert "requires Plan information in the request" in refused(compute, IMAGE)
    assert "please remove the Plan information" in refused(compute, MARKETPLACE, BOUGHT, name="other")


def test_what_is_made_of_such_a_machine_asks_for_the_plan_too(compute: Compute, shop: Shop) -> None:
    shop.agree("sign")
    vm = made(compute, "vm", IMAGE, BOUGHT)
    disk = vm.storage_profile.os_disk.managed_disk.id
    snapshot = compute.snapshot(disk)
    assert compute.client.snapshots.get(compute.group, "snapshot").as_dict()["properties"]["purchasePlan"] == BOUGHT
    profile = {"osDisk": {"osType": "Linux", "osState": "Generalized", "snapshot": {"id": snapshot.id}}}
    image = compute.image(storageProfile=profile)
    assert "requires Plan information in the request" in refused(compute, {"id": image.id})
    assert made(compute, "second", {"id": image.id}, BOUGHT).plan.as_dict() == BOUGHT


def with_plan(compute: Compute, kind: str, name: str, plan: Any) -> Any:
    """The properties that a PATCH of the plan answers."""
    body: Any = {"properties": {"purchasePlan": plan}}
    return getattr(compute.client, kind).begin_update(compute.group, name, body).result().as_dict()["properties"]


def test_a_disk_that_nobody_knows_the_plan_of_is_given_one(compute: Compute, shop: Shop) -> None:
    """As one that was uploaded: what it holds was bought under a plan all the same."""
    shop.agree("sign")
    source = compute.vm("first").storage_profile.os_disk.managed_disk.id
    creation = {"createOption": "Copy", "sourceResourceId": source}
    given: Any = HERE | {"properties": {"creationData": creation, "purchasePlan": BOUGHT}}
    made_with = compute.client.disks.begin_create_or_update(compute.group, "given", given).result()
    assert made_with.as_dict()["properties"]["purchasePlan"] == BOUGHT
    assert "purchasePlan" not in compute.disk("added", gb=None, **creation).as_dict()["properties"]
    assert with_plan(compute, "disks", "added", BOUGHT | {"promotionCode": "half"})["purchasePlan"]["name"] == "plus"
    snapshot = compute.snapshot(source, "told", purchasePlan=BOUGHT)
    profile = {"osDisk": {"osType": "Linux", "osState": "Generalized", "snapshot": {"id": snapshot.id}}}
    image = compute.image(storageProfile=profile)
    assert "requires Plan information in the request" in refused(compute, {"id": image.id})
    for name in ("given", "added"):
        assert "requires Plan information" in attached(compute, name)


def attached(compute: Compute, disk: str) -> str:
    """The refusal of a machine of the disk, without a plan."""
    body = compute.body(f"of-{disk}")
    del body["properties"]["osProfile"]
    os_disk = {"createOption": "Attach", "osType": "Linux", "managedDisk": {"id": compute.id_of("disks", disk)}}
    body["properties"]["storageProfile"] = {"osDisk": os_disk}
    with pytest.raises(HttpResponseError) as caught:
        compute.put(f"of-{disk}", body)
    return str(caught.value)


def test_the_plan_that_came_with_the_source_is_not_exchanged(compute: Compute, shop: Shop) -> None:
    shop.agree("sign")
    disk = made(compute, "vm", IMAGE, BOUGHT).storage_profile.os_disk.managed_disk.id
    name, other = disk.rpartition("/")[2], BOUGHT | {"name": "basic"}
    with pytest.raises(HttpResponseError) as caught:
        with_plan(compute, "disks", name, other)
    assert refusal(caught) == (409, "PropertyChangeNotAllowed")
    with pytest.raises(HttpResponseError) as caught:
        compute.snapshot(disk, "exchanged", purchasePlan=other)
    assert refusal(caught) == (409, "PropertyChangeNotAllowed")
    assert with_plan(compute, "disks", name, BOUGHT)["purchasePlan"] == BOUGHT
