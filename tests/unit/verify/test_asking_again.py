"""When VMs that did not pass are no proof of a bad image yet."""

from __future__ import annotations

import pytest

from mintage.artifacts import Check
from mintage.azure.verification import VerificationVm
from mintage.verify.image import _may_have_booted_again

VM = VerificationVm(
    name="verify-1",
    resource_group="g",
    resource_id="/vms/verify-1",
    location="westeurope",
    size="Standard_B2s",
    host="127.0.0.1",
    port=22,
    user="verify",
)


def check(name: str, *, passed: bool = False) -> Check:
    return Check(name=name, passed=passed, seen="seen")


@pytest.mark.parametrize(
    ("adopted", "checks", "again"),
    [
        (False, [check("verify-1: logs", passed=True)], False),
        (False, [check("verify-1: logs")], True),
        (False, [check("machine-ids")], True),
        # The recipe's own tests look the same after any boot, and their authors wait for the answer.
        (False, [check("verify-1: test: nginx runs"), check("verify-1: logs", passed=True)], False),
        (True, [check("verify-1: test: nginx runs")], True),
        (True, [check("verify-1: test: nginx runs", passed=True)], False),
    ],
)
def test_what_a_second_boot_may_have_left_is_asked_of_new_ones(adopted: bool, checks: list[Check], again: bool) -> None:
    vm = VM.model_copy(update={"adopted": adopted})
    assert _may_have_booted_again((vm,), tuple(checks)) is again
