"""From what a recipe says to one exact image."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from localazure.catalogue import Deprecation, PurchasePlan
from localazure.server import Server
from mintage.artifacts import Plan
from mintage.azure.capture import capture
from mintage.azure.clients import Clients, connect
from mintage.azure.provision import provision
from mintage.azure.publish import publish
from mintage.azure.source import resolve_source
from mintage.azure.verification import start_verification_vms
from mintage.build_plan import BuildPlan
from mintage.errors import MintageError, SourceError
from mintage.settings import Settings
from tests.contract.conftest import Azure
from tests.support.build_vms import keys_of
from tests.support.documented import documented_source

MakePlan = Callable[..., BuildPlan]
DEBIAN = {"kind": "marketplace", "publisher": "Debian", "offer": "debian-12", "sku": "12-gen2"}


@pytest.fixture
def versions(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """The marketplace has three versions of Debian, one number of them with more digits than the others."""
    image = server.cloud.catalogue[0]
    names = ("12.20251231.7", "12.20260101.0", "12.20260101.10")
    catalogue = tuple(replace(image, version=name) for name in names)
    monkeypatch.setattr(server.cloud, "catalogue", catalogue)


@pytest.mark.usefixtures("versions")
@pytest.mark.parametrize(
    ("asked", "exact"),
    [
        ("latest", "12.20260101.10"),
        ("12.2025*", "12.20251231.7"),
        ("12.20260101.0", "12.20260101.0"),
    ],
)
def test_latest_and_prefixes_become_an_exact_version(
    clients: Clients, make_plan: MakePlan, asked: str, exact: str
) -> None:
    source = resolve_source(clients, make_plan(source=DEBIAN | {"version": asked}))
    assert source.exact == f"Debian:debian-12:12-gen2:{exact}"
    assert (source.generation, source.architecture, source.plan) == ("V2", "x64", None)


@pytest.mark.parametrize(
    ("deprecation", "told"),
    [
        (Deprecation("Deprecated"), "the image is deprecated, and VMs can then not be made of it any more"),
        (
            Deprecation("ScheduledForDeprecation", when="2027-03-01T00:00:00+00:00", instead=("Plan", "13-gen2")),
            "is to be deprecated on 2027-03-01, and VMs can then not be made of it any more; its publisher offers",
        ),
    ],
)
def test_a_deprecated_image_is_built_on_with_a_warning_in_log_and_report(
    settings: Settings, make_plan: MakePlan, server: Server, monkeypatch: pytest.MonkeyPatch,
    deprecation: Deprecation, told: str,
) -> None:  # fmt: skip
    image = replace(server.cloud.catalogue[0], deprecation=deprecation)
    monkeypatch.setattr(server.cloud, "catalogue", (image,))
    heard: list[str] = []
    with connect(settings, tell=heard.append) as clients:
        source = resolve_source(clients, make_plan(source=DEBIAN))
    (warning,) = source.warnings
    assert told in warning
    assert heard == [f"{source.exact}: {warning}"]


def test_an_image_of_another_system_is_refused(clients: Clients, make_plan: MakePlan) -> None:
    with pytest.raises(SourceError, match="the image holds linux, the recipe says os: windows"):
        resolve_source(clients, make_plan(source=DEBIAN, os="windows"))


@pytest.mark.usefixtures("versions")
def test_the_example_of_the_documentation_is_built_on(
    clients: Clients, settings: Settings, make_plan: MakePlan
) -> None:
    plan = make_plan(source=documented_source("Marketplace", clients.subscription_id))
    source = resolve_source(clients, plan)
    assert source.version == "12.20260101.10"
    vm = provision(clients, settings, plan, source, keys_of(plan))
    made: Any = clients.compute.virtual_machines.get(vm.resource_group, vm.name)
    assert made["properties"]["storageProfile"]["imageReference"]["exactVersion"] == source.version


@pytest.mark.usefixtures("versions")
@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"publisher": "Debain"}, "no publisher 'Debain'; near it: Debian"),
        ({"offer": "debian-13"}, "no offer 'debian-13'; near it: debian-12"),
        ({"sku": "12gen2"}, "no sku '12gen2'; near it: 12-gen2"),
        ({"version": "12.20260101.1"}, "no version '12.20260101.1'; near it: 12.20260101.10"),
        ({"version": "13.*"}, "no version '13.*'"),
    ],
)
def test_a_wrong_part_of_the_urn_is_named_with_what_comes_near(
    clients: Clients, make_plan: MakePlan, changed: dict[str, str], told: str
) -> None:
    with pytest.raises(SourceError) as raised:
        resolve_source(clients, make_plan(source=DEBIAN | changed))
    assert told in raised.value.seen


@pytest.fixture
def plan_image(server: Server, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Plan:
    """The marketplace has an image with terms; their product is the test's own, since acceptance is kept."""
    product = f"hardened-{abs(hash(request.node.nodeid))}"
    plan = PurchasePlan("Vendor", product, "pro")
    image = replace(server.cloud.catalogue[0], publisher="Vendor", offer=product, sku="pro", plan=plan)
    monkeypatch.setattr(server.cloud, "catalogue", (*server.cloud.catalogue, image))
    return Plan(publisher="Vendor", product=product, name="pro")


def test_terms_nobody_accepted_end_the_build_with_the_command_that_accepts_them(
    clients: Clients, make_plan: MakePlan, plan_image: Plan
) -> None:
    plan = make_plan(source=DEBIAN | {"publisher": "Vendor", "offer": plan_image.product, "sku": "pro"})
    with pytest.raises(SourceError) as raised:
        resolve_source(clients, plan)
    assert f"az vm image terms accept --urn Vendor:{plan_image.product}:pro:12.20260101.0" in raised.value.remedy


def test_terms_are_accepted_when_the_recipe_says_so_and_once_only(
    clients: Clients, make_plan: MakePlan, plan_image: Plan
) -> None:
    asked = DEBIAN | {"publisher": "Vendor", "offer": plan_image.product, "sku": "pro"}
    accepting = make_plan(source=asked | {"accept_terms": True})
    assert resolve_source(clients, accepting).plan == plan_image
    writes = writes_of_terms(clients)
    assert resolve_source(clients, make_plan(source=asked)).plan == plan_image
    assert writes_of_terms(clients) == writes == 1


def test_a_build_is_bought_under_the_plan_and_so_are_vms_of_its_version(
    clients: Clients, settings: Settings, make_plan: MakePlan, plan_image: Plan
) -> None:
    asked = DEBIAN | {"publisher": "Vendor", "offer": plan_image.product, "sku": "pro", "accept_terms": True}
    plan = make_plan(source=asked)
    source, keys = resolve_source(clients, plan), keys_of(plan)
    vm = provision(clients, settings, plan, source, keys)
    image = capture(clients, plan, vm, "1.0.0", source)
    made = start_verification_vms(clients, settings, plan, image, keys)
    for name in (vm.name, *(each.name for each in made)):
        found: Any = clients.compute.virtual_machines.get(plan.names.group, name)
        assert found["plan"] == plan_image.model_dump()


def test_terms_of_what_is_no_marketplace_image_are_looked_at_before_anything_is_made_too(
    azure: Azure, clients: Clients, settings: Settings, make_plan: MakePlan, plan_image: Plan
) -> None:
    """Here of an image whose own definition names the plan: its source was bought under none."""
    usual = make_plan().recipe.publish.model_dump(mode="json")
    plan = make_plan(publish=usual | {"definition": usual["definition"] | {"purchase_plan": plan_image.model_dump()}})
    with pytest.raises(SourceError, match=r"publish\.definition\.purchase_plan") as raised:
        resolve_source(clients, plan)
    command = f"az vm image terms accept --publisher Vendor --offer {plan_image.product} --plan pro"
    assert raised.value.remedy.endswith(command)
    decide(azure, plan_image, "sign")
    source, keys = resolve_source(clients, plan), keys_of(plan)
    vm = provision(clients, settings, plan, source, keys)
    image = capture(clients, plan, vm, "1.0.0", source)
    (*_, proof) = start_verification_vms(clients, settings, plan, image, keys)
    found: Any = clients.compute.virtual_machines.get(plan.names.group, proof.name)
    assert found["plan"] == plan_image.model_dump()
    gallery = make_plan(
        source={"kind": "gallery", "definition_id": image.resource_id.partition("/versions/")[0], "version": "1.0.0"}
    )
    assert resolve_source(clients, gallery).plan == plan_image
    decide(azure, plan_image, "cancel")
    with pytest.raises(SourceError, match=image.resource_id) as raised:
        resolve_source(clients, gallery)
    assert raised.value.remedy.endswith(command)


def test_a_plan_that_nobody_sells_is_named(clients: Clients, make_plan: MakePlan) -> None:
    usual = make_plan().recipe.publish.model_dump(mode="json")
    unknown = {"publisher": "Nobody", "product": "sells", "name": "this"}
    plan = make_plan(publish=usual | {"definition": usual["definition"] | {"purchase_plan": unknown}})
    with pytest.raises(MintageError, match="'Nobody', OfferId: 'sells', PlanId: 'this'") as raised:
        resolve_source(clients, plan)
    assert raised.value.where == "publish.definition.purchase_plan"


def test_a_gallerys_latest_is_the_highest_version_that_is_not_excluded(
    clients: Clients, settings: Settings, make_plan: MakePlan
) -> None:
    plan = make_plan()
    debian = resolve_source(clients, plan)
    vm = provision(clients, settings, plan, debian, keys_of(plan))
    first = capture(clients, plan, vm, "1.9.0", debian)
    definition_id = first.resource_id.partition("/versions/")[0]
    gallery = make_plan(source={"kind": "gallery", "definition_id": definition_id})
    with pytest.raises(SourceError, match="no version latest"):
        resolve_source(clients, gallery)
    publish(clients, plan, first, lambda states: None)
    capture(clients, plan, vm, "1.10.0", debian)
    assert resolve_source(clients, gallery).exact == first.resource_id
    # Nor that is excluded in the build region alone.
    only_here = {"targetRegions": [{"name": "westeurope", "excludeFromLatest": True}], "excludeFromLatest": False}
    change: Any = {"properties": {"storageProfile": {}, "publishingProfile": only_here}}
    path = (first.resource_id.split("/")[4], first.gallery, first.definition, "1.10.0")
    clients.compute.gallery_image_versions.begin_update(*path, change).wait()
    assert resolve_source(clients, gallery).exact == first.resource_id
    exact = make_plan(source={"kind": "gallery", "definition_id": definition_id, "version": "1.10.0"})
    source = resolve_source(clients, exact)
    assert (source.version, source.specialized) == ("1.10.0", False)
    known = {fact.name: fact.value for fact in source.facts}
    assert (known["size"], known["state"], known["published"][:2]) == ("30 GiB", "Generalized", "20")


def test_a_managed_image_is_found_in_its_own_region_only(
    clients: Clients, settings: Settings, make_plan: MakePlan
) -> None:
    plan = make_plan()
    vm = provision(clients, settings, plan, resolve_source(clients, plan), keys_of(plan))
    clients.compute.virtual_machines.begin_deallocate(vm.resource_group, vm.name).wait()
    disk = {"storageProfile": {"dataDisks": [{"lun": 5, "createOption": "Empty", "diskSizeGB": 4}]}}
    more: Any = {"properties": disk}
    clients.compute.virtual_machines.begin_update(vm.resource_group, vm.name, more).wait()
    clients.compute.virtual_machines.generalize(vm.resource_group, vm.name)
    body: Any = {
        "location": "westeurope",
        "properties": {"sourceVirtualMachine": {"id": vm.resource_id}, "hyperVGeneration": "V2"},
    }
    image: Any = clients.compute.images.begin_create_or_update(vm.resource_group, "kept", body).result()
    asked = {"kind": "managed_image", "image_id": image["id"]}
    found = resolve_source(clients, make_plan(source=asked))
    assert (found.exact, found.generation) == (image["id"], "V2")
    assert [(each.lun, each.size_gib) for each in found.data_disks] == [(5, 4)]
    assert {"size", "made from"} <= {fact.name for fact in found.facts}
    with pytest.raises(SourceError, match="another region"):
        resolve_source(clients, make_plan(source=asked, build={"region": "uksouth"}))


def test_an_id_that_leads_nowhere_is_named(clients: Clients, make_plan: MakePlan) -> None:
    image_id = f"/subscriptions/{clients.subscription_id}/resourceGroups/g/providers/Microsoft.Compute/images/gone"
    with pytest.raises(SourceError, match="does not exist"):
        resolve_source(clients, make_plan(source={"kind": "managed_image", "image_id": image_id}))


def decide(azure: Azure, plan: Plan, verb: str) -> None:
    """Accept the plan's terms as its reader would (``sign``), or take that back (``cancel``)."""
    agreements = f"/subscriptions/{azure.endpoints.subscription}/providers/Microsoft.MarketplaceOrdering/agreements"
    with azure.wire() as wire:
        url = f"{agreements}/{plan.publisher}/offers/{plan.product}/plans/{plan.name}/{verb}"
        assert wire.post(url, params={"api-version": "2021-01-01"}).status_code == 200


def writes_of_terms(clients: Clients) -> int:
    return sum(count for kind, count in clients.calls.items() if "MarketplaceOrdering" in kind and "PUT" in kind)
