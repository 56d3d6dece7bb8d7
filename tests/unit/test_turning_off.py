"""A generalized guest is waited for until Azure sees it stopped, unless another boot of it answers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, repeat
from types import SimpleNamespace
from typing import Any, cast

import pytest

from mintage.azure.clients import Clients
from mintage.guests import turning_off
from mintage.guests.turning_off import BootedAgain, wait_until_off
from tests.support.sample_vm import sample_vm

VM = sample_vm("b")


def seen(*powers: str) -> Clients:
    """Azure's answers, one after the other; the last one again and again."""

    def answers() -> Iterator[dict[str, Any]]:
        for power in chain(powers, repeat(powers[-1])):
            statuses = [{"code": f"PowerState/{power}"}]
            yield {"properties": {"provisioningState": "Succeeded", "instanceView": {"statuses": statuses}}}

    told = answers()
    machines = SimpleNamespace(get=lambda *_, **__: next(told))
    return cast("Clients", SimpleNamespace(compute=SimpleNamespace(virtual_machines=machines), poll_seconds=0.01))


def test_it_is_waited_for_until_azure_sees_it_stopped() -> None:
    wait_until_off(seen("running", "running", "stopped"), VM, lambda: False, seconds=60)


def test_one_that_stopped_before_is_asked_nothing() -> None:
    wait_until_off(seen("deallocated"), VM, lambda: pytest.fail("it was asked"), seconds=60)


def test_another_boot_of_it_ends_the_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turning_off, "_LOOK_EVERY", 0.0)
    with pytest.raises(BootedAgain, match="another boot"):
        wait_until_off(seen("running"), VM, lambda: True, seconds=60)


def test_one_that_never_goes_is_not_waited_for_without_end() -> None:
    with pytest.raises(BootedAgain, match="running"):
        wait_until_off(seen("running"), VM, lambda: False, seconds=0.2)
