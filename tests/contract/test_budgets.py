"""Azure's budgets of calls on localazure, and Mintage's clients that stay within them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import pytest

from localazure.server import running
from mintage.azure.clients import Clients, connect
from mintage.settings import Settings
from tests.contract.conftest import Azure, instant_settings
from tests.support.compute import Compute

VERSION = {"api-version": "2024-07-01"}
_SPEED = 2
"""Tokens come back twice as fast as on Azure, so that who is throttled waits three seconds at most."""
_MANY = 300


@pytest.fixture(scope="module")
def compute(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Compute]:
    settings = instant_settings(tmp_path_factory.mktemp("budgets")).model_copy(update={"budgets": _SPEED})
    with running(settings) as server, ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", server.endpoints.metadata)
        azure = Azure(server, stack)
        azure.resources.resource_groups.create_or_update("group", {"location": "westeurope"})
        yield Compute(azure, "group")


def mine(compute: Compute, told: list[str], state: Path, share: float) -> AbstractContextManager[Clients]:
    points = compute.azure.endpoints
    settings = Settings(
        subscription_id=points.subscription,
        resource_manager=points.resource_manager,
        ca_file=points.ca,  # type: ignore[arg-type]
        state_folder=state,
        budget_share=share,
    )
    return connect(settings, tell=told.append)


def test_a_vm_asked_about_too_often_is_refused_as_azure_does(compute: Compute) -> None:
    compute.vm("asked")
    path = f"{compute.id_of('virtualMachines', 'asked')}"
    with compute.azure.wire() as wire:
        answers = [wire.get(path, params=VERSION) for _ in range(3)]
        left = [int(each.headers["x-ms-ratelimit-remaining-resource"].rpartition(";")[2]) for each in answers]
        assert 36 > left[0] > left[2]
        assert int(answers[0].headers["x-ms-ratelimit-remaining-subscription-reads"]) < 250
        later = (wire.get(path, params=VERSION) for _ in range(_MANY))
        refused = next(each for each in later if each.status_code != 200)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 3
    error = refused.json()["error"]
    assert (error["code"], error["details"][0]["code"]) == ("OperationNotAllowed", "TooManyRequests")


def test_builds_that_share_a_budget_are_not_refused_although_others_use_it_too(
    compute: Compute, tmp_path: Path
) -> None:
    compute.vm("shared")
    with compute.azure.wire() as wire:
        for _ in range(33):
            wire.get(compute.id_of("virtualMachines", "shared"), params=VERSION)
    told: list[str] = []
    with mine(compute, told, tmp_path, 1) as one, mine(compute, told, tmp_path, 1) as other:
        for clients in (one, other, one, other):
            clients.compute.virtual_machines.get("group", "shared")
    assert not [line for line in told if "429" in line]


def test_a_hundred_builds_that_share_a_budget_are_never_refused(compute: Compute, tmp_path: Path) -> None:
    """Together they ask more often than the subscription may be asked at once."""
    told: list[str] = []
    with ExitStack() as builds:
        clients = [builds.enter_context(mine(compute, told, tmp_path, 1)) for _ in range(100)]

        def ask(one: Clients) -> int:
            for _ in range(5):
                one.resources.resource_groups.get("group")
            return one.calls.total()

        with ThreadPoolExecutor(len(clients)) as pool:
            assert list(pool.map(ask, clients)) == [5] * len(clients)
    assert not [line for line in told if "429" in line]


def test_a_budget_that_cannot_be_opened_stops_nobody(compute: Compute, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where a folder is to be")
    told: list[str] = []
    with mine(compute, told, tmp_path / "taken", 1) as clients:
        assert clients.resources.resource_groups.get("group")
    assert "The budget of calls cannot be kept" in told[0]


def test_who_keeps_to_none_is_throttled_waits_and_says_why(compute: Compute, tmp_path: Path) -> None:
    compute.vm("hurried")
    told: list[str] = []
    with mine(compute, told, tmp_path, 0) as clients:
        for _ in range(_MANY):
            clients.compute.virtual_machines.get("group", "hurried")
            if told:
                break
    assert "429: TooManyRequests" in told[0]
    assert "it asks to wait" in told[0]
