"""Which of Azure's budgets a call counts against."""

from __future__ import annotations

import pytest

from mintage.azure.budget.limits import Limit, limits_of

ROOT = "https://management.azure.com/subscriptions/S"
VM = "/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/Build-1"
KEY = "subscriptions/s/resourcegroups/g/providers/microsoft.compute/virtualmachines/build-1"


@pytest.mark.parametrize(
    ("method", "path", "policy"),
    [
        ("PUT", VM, "put VM"),
        ("PATCH", VM, "update VM"),
        ("DELETE", VM, "delete VM"),
        ("GET", f"{VM}?$expand=instanceView", "get VM"),
        ("GET", f"{VM}/instanceView", "get VM"),
        ("POST", f"{VM}/retrieveBootDiagnosticsData", "get VM"),
        ("POST", f"{VM}/start", "update VM"),
        ("POST", f"{VM}/runCommand", "update VM"),
        ("POST", f"{VM}/deallocate", "delete VM"),
        ("PUT", f"{VM}/runCommands/r", "update VM"),
        ("DELETE", f"{VM}/runCommands/r", "update VM"),
    ],
)
def test_a_call_about_a_vm_counts_against_the_vms_and_the_subscriptions_budget(
    method: str, path: str, policy: str
) -> None:
    manager, whole, own = limits_of(method, ROOT + path, 1)
    assert manager.name in {"s reads", "s writes", "s deletes"}
    assert whole.name == f"s {policy}"
    assert own.name == f"{KEY} {policy}"
    assert (own.capacity, own.per_minute) == ((36, 12) if policy == "get VM" else (12, 4))


def test_the_status_of_an_operation_has_a_budget_for_each_operation() -> None:
    path = "/providers/Microsoft.Compute/locations/westeurope/operations/0b1f-6471?p=1"
    _, whole, own = limits_of("GET", ROOT + path, 1)
    assert (whole, own) == (Limit("s get operation", 15000, 5000), Limit("0b1f-6471 get operation", 45, 15))


def test_a_list_of_vms_has_no_vm() -> None:
    path = "/resourceGroups/g/providers/Microsoft.Compute/virtualMachines"
    assert limits_of("GET", ROOT + path, 1)[1:] == (Limit("s list VMs", 900, 300),)


@pytest.mark.parametrize(
    "path",
    [
        "/resourceGroups/g",
        "/providers/Microsoft.Compute",
        "/providers/Microsoft.Compute/skus",
        "/resourceGroups/g/providers/Microsoft.Network/networkInterfaces/n",
    ],
)
def test_all_else_is_the_resource_managers_alone(path: str) -> None:
    assert limits_of("GET", ROOT + path, 1) == (Limit("s reads", 250, 1500),)
    assert limits_of("PUT", ROOT + path, 1) == (Limit("s writes", 200, 600),)
    assert limits_of("DELETE", ROOT + path, 1) == (Limit("s deletes", 200, 600),)


def test_a_share_is_of_what_the_subscription_has_and_a_vm_is_one_builds() -> None:
    manager, whole, own = limits_of("PUT", ROOT + VM, 0.1)
    assert (manager.capacity, manager.per_minute) == (20, 60)
    assert (whole.capacity, whole.per_minute) == (150, 50)
    assert (own.capacity, own.per_minute) == (12, 4)
