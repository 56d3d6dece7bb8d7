"""Buckets of tokens: which calls take from which, and when one is empty."""

from __future__ import annotations

import pytest

from localazure.arm.budgets import Budgets
from localazure.faults.occasions import Occasion

VM = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/v"
KIND = "Microsoft.Compute/virtualMachines"
LEFT = "x-ms-ratelimit-remaining-resource"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def occasion(operation: str, resource: str = VM) -> Occasion:
    return Occasion(operation, resource, operation.partition(" ")[0])


@pytest.mark.parametrize(
    ("operation", "bucket", "left"),
    [
        (f"PUT {KIND}", "PutVM", 11),
        (f"PATCH {KIND}", "UpdateVM", 11),
        (f"POST {KIND}/start", "UpdateVM", 11),
        (f"PUT {KIND}/runCommands", "UpdateVM", 11),
        (f"POST {KIND}/deallocate", "DeleteVM", 11),
        (f"DELETE {KIND}", "DeleteVM", 11),
        (f"GET {KIND}", "GetVM", 35),
        (f"POST {KIND}/retrieveBootDiagnosticsData", "GetVM", 35),
        ("GET Microsoft.Compute/locations/operations", "GetOperation", 44),
    ],
)
def test_each_call_about_a_machine_has_its_bucket(operation: str, bucket: str, left: int) -> None:
    headers, missing = Budgets(1).spend(occasion(operation))
    assert missing <= 0
    assert f"Microsoft.Compute/{bucket}Resource;{left}" in headers[LEFT]


def test_what_is_no_machine_counts_against_the_resource_manager_alone() -> None:
    headers, _ = Budgets(1).spend(occasion("GET Microsoft.Network/networkInterfaces", "/subscriptions/s/x"))
    assert headers == {"x-ms-ratelimit-remaining-subscription-reads": "249"}


def test_an_empty_bucket_fills_with_time_and_a_refusal_takes_nothing() -> None:
    clock = Clock()
    budgets = Budgets(2, clock)
    for _ in range(36):
        assert budgets.spend(occasion(f"GET {KIND}"))[1] <= 0
    assert [budgets.spend(occasion(f"GET {KIND}"))[1] for _ in range(2)] == [pytest.approx(2.5)] * 2
    assert budgets.spend(occasion(f"GET {KIND}", f"{VM}-other"))[1] <= 0
    clock.now += 2.6
    assert budgets.spend(occasion(f"GET {KIND}"))[1] <= 0
