from collections import Counter

import pytest
from azure.core.pipeline import PipelineContext, PipelineRequest
from azure.core.rest import HttpRequest

from mintage.azure.calls import CallCounter, kind_of, role_action, role_actions

SUBSCRIPTION = "https://localhost:8443/subscriptions/10ca1a2e-0000-4000-8000-000000000001"
IMAGES = f"{SUBSCRIPTION}/providers/Microsoft.Compute/locations/westeurope/publishers/Debian/artifacttypes/vmimage"
GROUP = f"{SUBSCRIPTION}/resourceGroups/g"


@pytest.mark.parametrize(
    ("method", "url", "action"),
    [
        ("PUT", f"{GROUP}/providers/Microsoft.Compute/virtualMachines/v", "Microsoft.Compute/virtualMachines/write"),
        ("PATCH", f"{GROUP}/providers/Microsoft.Compute/disks/d", "Microsoft.Compute/disks/write"),
        ("GET", f"{GROUP}/providers/Microsoft.Compute/virtualMachines", "Microsoft.Compute/virtualMachines/read"),
        (
            "DELETE",
            f"{GROUP}/providers/Microsoft.Network/networkInterfaces/n",
            "Microsoft.Network/networkInterfaces/delete",
        ),
        (
            "POST",
            f"{GROUP}/providers/Microsoft.Compute/virtualMachines/v/deallocate?api-version=2026-04-01",
            "Microsoft.Compute/virtualMachines/deallocate/action",
        ),
        (
            "GET",
            f"{GROUP}/providers/Microsoft.Compute/galleries/g/images/d/versions/1.0.0?$expand=ReplicationStatus",
            "Microsoft.Compute/galleries/images/versions/read",
        ),
        (
            "GET",
            f"{IMAGES}/offers/debian-12/skus/12-gen2/versions",
            "Microsoft.Compute/locations/publishers/artifacttypes/offers/skus/versions/read",
        ),
        (
            "GET",
            f"{SUBSCRIPTION}/providers/Microsoft.Compute/locations/westeurope/DiskOperations/1234",
            "Microsoft.Compute/locations/DiskOperations/read",
        ),
        ("GET", f"{SUBSCRIPTION}/providers/Microsoft.Compute", "Microsoft.Resources/subscriptions/providers/read"),
        ("PUT", f"{SUBSCRIPTION}/resourcegroups/g", "Microsoft.Resources/subscriptions/resourceGroups/write"),
        ("GET", f"{SUBSCRIPTION}/resourcegroups", "Microsoft.Resources/subscriptions/resourceGroups/read"),
        ("GET", f"{GROUP}/resources", "Microsoft.Resources/subscriptions/resourceGroups/resources/read"),
        ("GET", f"{SUBSCRIPTION}/operationresults/abc", "Microsoft.Resources/subscriptions/operationresults/read"),
    ],
)
def test_a_call_needs_the_role_action_azure_documents_for_it(method: str, url: str, action: str) -> None:
    assert role_action(kind_of(method, url)) == action


def test_a_vm_needs_the_right_to_attach_its_interface_and_write_its_disk() -> None:
    assert role_actions(["PUT Microsoft.Compute/virtualMachines"]) == {
        "Microsoft.Compute/virtualMachines/write",
        "Microsoft.Compute/disks/write",
        "Microsoft.Network/networkInterfaces/join/action",
    }


def test_each_call_on_the_wire_is_counted_under_its_kind() -> None:
    calls: Counter[str] = Counter()
    counter = CallCounter(calls)
    for name in ("one", "two"):
        request = HttpRequest("GET", f"{GROUP}/providers/Microsoft.Compute/disks/{name}")
        counter.on_request(PipelineRequest(request, PipelineContext(None)))
    assert calls == {"GET Microsoft.Compute/disks": 2}
