"""Which calls a fault is for."""

from __future__ import annotations

import pytest

from localazure.arm.calls import Call
from localazure.faults.occasions import occasion_of, operation_name
from localazure.faults.patterns import matches, matches_resource

GROUP = "/subscriptions/s/resourceGroups/g"
VM = f"{GROUP}/providers/Microsoft.Compute/virtualMachines/web-1"


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("PUT", GROUP, "PUT Microsoft.Resources/resourceGroups"),
        ("GET", "/subscriptions/s/resourceGroups", "GET Microsoft.Resources/resourceGroups"),
        ("GET", f"{GROUP}/resources", "GET Microsoft.Resources/resources"),
        ("PUT", VM, "PUT Microsoft.Compute/virtualMachines"),
        ("POST", f"{VM}/deallocate", "POST Microsoft.Compute/virtualMachines/deallocate"),
        ("GET", f"{VM}/instanceView", "GET Microsoft.Compute/virtualMachines/instanceView"),
        ("GET", f"{GROUP}/providers/Microsoft.Compute/disks", "GET Microsoft.Compute/disks"),
        (
            "PUT",
            f"{GROUP}/providers/Microsoft.Compute/galleries/a/images/b/versions/1.0.0",
            "PUT Microsoft.Compute/galleries/images/versions",
        ),
        (
            "GET",
            "/subscriptions/s/providers/Microsoft.Compute/locations/westeurope/operations/7",
            "GET Microsoft.Compute/locations/operations",
        ),
        ("GET", "/subscriptions/s/operationresults/7", "GET Microsoft.Resources/operationresults"),
        ("GET", "/subscriptions/s/providers/Microsoft.Compute/skus", "GET Microsoft.Compute/skus"),
    ],
)
def test_a_call_has_the_name_of_what_it_does(method: str, path: str, name: str) -> None:
    assert operation_name(method, path) == name


def test_polling_is_about_what_the_operation_works_on() -> None:
    path = "/subscriptions/s/providers/Microsoft.Compute/locations/westeurope/operations/7"
    occasion = occasion_of(_call("GET", path), VM, {})
    assert (occasion.resource, occasion.name, occasion.path) == (VM, "web-1", path)


@pytest.mark.parametrize(("tail", "spelled"), [("", ""), ("/start", "/start")])
def test_a_type_is_spelled_as_azure_spells_it(tail: str, spelled: str) -> None:
    types = {"microsoft.compute/virtualmachines": "Microsoft.Compute/virtualMachines"}
    occasion = occasion_of(_call("POST", f"{VM.lower()}{tail}"), None, types)
    assert occasion.operation == f"POST Microsoft.Compute/virtualMachines{spelled}"


def _call(method: str, path: str) -> Call:
    return Call(method, path, "2024-07-01", {}, None, "https://localhost")


@pytest.mark.parametrize(
    ("patterns", "fits"),
    [
        (["*"], True),
        (["put microsoft.compute/virtualmachines"], True),
        (["PUT Microsoft.Compute/*"], True),
        (["POST *", "PUT *"], True),
        (["PUT Microsoft.Compute/virtual"], False),
        (["PUT *", "!*/virtualMachines"], False),
        (["!GET *"], True),
        (["!PUT *"], False),
    ],
)
def test_an_operation_is_matched_without_case_and_with_wildcards(patterns: list[str], *, fits: bool) -> None:
    assert matches(patterns, "PUT Microsoft.Compute/virtualMachines") is fits


@pytest.mark.parametrize(
    ("patterns", "fits"),
    [
        (["web-?"], True),
        (["WEB-1"], True),
        (["web"], False),
        (["*/resourcegroups/g/*"], True),
        (["*/resourceGroups/h/*", "web-*"], True),
        (["*/resourceGroups/g/*", "!web-*"], False),
        (["!*/disks/*"], True),
    ],
)
def test_a_resource_is_matched_by_its_id_or_by_its_name(patterns: list[str], *, fits: bool) -> None:
    assert matches_resource(patterns, VM) is fits
