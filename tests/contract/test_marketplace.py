"""What can be bought and had: marketplace images and their terms, sizes, SKUs and usages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from azure.core.exceptions import HttpResponseError

from localazure.catalogue import PurchasePlan
from tests.contract.conftest import Azure
from tests.support.network import code_of

REGION = "westeurope"
PLAN = PurchasePlan(publisher="contoso", product="hardened", name="plus")


@pytest.fixture
def with_plan(azure: Azure) -> Iterator[PurchasePlan]:
    """The server with a second version of its image, sold under a plan."""
    cloud, before = azure.server.cloud, azure.server.cloud.catalogue
    cloud.catalogue = (*before, replace(before[0], publisher="contoso", offer="hardened", sku="plus", plan=PLAN))
    yield PLAN
    cloud.catalogue = before


def test_the_way_leads_from_publisher_to_version(azure: Azure) -> None:
    images = azure.compute.virtual_machine_images
    assert [each.name for each in images.list_publishers("West Europe")] == ["Debian", "MicrosoftWindowsServer"]
    assert [each.name for each in images.list_offers(REGION, "debian")] == ["debian-12"]
    assert [each.name for each in images.list_skus(REGION, "Debian", "debian-12")] == ["12-gen2"]
    version = images.list(REGION, "Debian", "debian-12", "12-gen2", top=1, orderby="name desc")[0]
    image = images.get(REGION, "Debian", "debian-12", "12-gen2", version.name)
    assert (image.hyper_v_generation, image.architecture, image.plan) == ("V2", "x64", None)
    assert image.os_disk_image is not None
    assert image.os_disk_image.operating_system == "Linux"
    assert str(image.id).endswith(f"/Skus/12-gen2/Versions/{version.name}")


def test_versions_are_ordered_by_number_and_counted(azure: Azure) -> None:
    cloud, before = azure.server.cloud, azure.server.cloud.catalogue
    cloud.catalogue = tuple(replace(before[0], version=version) for version in ("9.0.0", "10.0.0", "2.0.0"))
    try:
        names = ("Debian", "debian-12", "12-gen2")
        images = azure.compute.virtual_machine_images
        ordered = images.list(REGION, *names, orderby="name desc", top=2)
        assert [each.name for each in ordered] == ["10.0.0", "9.0.0"]
    finally:
        cloud.catalogue = before


def test_an_image_that_is_not_offered_is_not_found(azure: Azure) -> None:
    with pytest.raises(HttpResponseError) as error:
        azure.compute.virtual_machine_images.list_offers(REGION, "nobody")
    assert (error.value.status_code, code_of(error)) == (404, "NotFound")
    with pytest.raises(HttpResponseError) as nowhere:
        azure.compute.virtual_machine_images.list_publishers("mars")
    assert (nowhere.value.status_code, code_of(nowhere)) == (400, "NoRegisteredProviderFound")


def test_terms_are_read_accepted_and_withdrawn(azure: Azure, with_plan: PurchasePlan) -> None:
    root = f"/subscriptions/{azure.endpoints.subscription}/providers/Microsoft.MarketplaceOrdering"
    plan = f"publishers/{PLAN.publisher}/offers/{PLAN.product}/plans/{PLAN.name}"
    terms, version = f"{root}/offerTypes/virtualmachine/{plan}/agreements/current", {"api-version": "2021-01-01"}
    with azure.wire() as wire:
        read = wire.get(terms, params=version).json()
        assert read["properties"]["accepted"] is False
        read["properties"]["accepted"] = True
        assert wire.put(terms, params=version, json=read).json()["properties"]["accepted"] is True
        agreement = f"{root}/agreements/{plan.removeprefix('publishers/')}"
        cancelled = wire.post(f"{agreement}/cancel", params=version)
        assert cancelled.json()["properties"]["accepted"] is False
        unknown = wire.get(terms.replace("hardened", "soft"), params=version)
        assert (unknown.status_code, unknown.json()["error"]["code"]) == (400, "BadRequest")


def test_an_image_with_a_plan_says_so(azure: Azure, with_plan: PurchasePlan) -> None:
    images = azure.compute.virtual_machine_images
    version = images.list(REGION, "contoso", "hardened", "plus")[0].name
    plan = images.get(REGION, "contoso", "hardened", "plus", version).plan
    assert plan is not None
    assert (plan.publisher, plan.product, plan.name) == ("contoso", "hardened", "plus")


def test_skus_are_those_of_one_region(azure: Azure) -> None:
    found = list(azure.compute.resource_skus.list(filter=f"location eq '{REGION}'"))
    small = next(each for each in found if each.name == "Standard_B1s")
    assert {location for each in found for location in each.locations or []} == {REGION}
    capabilities = {each.name: each.value for each in small.capabilities or []}
    assert (capabilities["vCPUs"], capabilities["MemoryGB"]) == ("1", "1")
    assert small.restrictions == []
    with pytest.raises(HttpResponseError) as error:
        list(azure.compute.resource_skus.list(filter="name eq 'x'"))
    assert code_of(error) == "InvalidFilterInQueryString"


def test_sizes_and_usages_are_listed_by_region(azure: Azure) -> None:
    sizes = {size.name: size for size in azure.compute.virtual_machine_sizes.list(REGION)}
    assert sizes["Standard_B1s"].memory_in_mb == 1024
    usages = {str(usage.name.value): usage for usage in azure.compute.usage.list(REGION)}
    assert usages["cores"].limit > usages["cores"].current_value
    assert "standardBSFamily" in usages
