"""What is cleaned up when a run is cancelled: its own build, and no other's."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import pytest
from prefect.client.schemas.objects import FlowRun

from mintage.artifacts import Cleaned, Generalized, PackageChanges
from tasks import ending
from tasks.build_id import build_of, new_build_id
from tasks.claim import Claim, own_claim, read_claim, write_claim
from tasks.ending import _let_in, remove_cancelled
from tasks.keeping import keep
from tests.support.kept_results import keep_results_in
from tests.support.sample_vm import sample_vm

RUN = UUID(int=1)
BUILD = new_build_id(RUN)
BUILD_VM = sample_vm(BUILD)
LOG = logging.getLogger("tests")


@pytest.fixture(autouse=True)
def storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_results_in(tmp_path, monkeypatch)


@pytest.fixture
def removed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The builds that were removed."""
    removed: list[str] = []

    @contextmanager
    def connected() -> Iterator[SimpleNamespace]:
        yield SimpleNamespace(clients=None)

    def remove(_: object, build_id: str) -> Cleaned:
        removed.append(build_id)
        return Cleaned()

    monkeypatch.setattr(ending, "connected", connected)
    monkeypatch.setattr(ending, "extend", lambda *_: None)
    monkeypatch.setattr(ending, "_removed", remove)
    monkeypatch.setattr(ending, "report_build", lambda *_: None)
    return removed


def claim(run: UUID, *, ended: bool = False) -> Claim:
    return Claim(flow_run_id=str(run), host="host", pid=1, born=1.0, seen=datetime.now(UTC), ended=ended)


def test_a_cancelled_build_is_removed_and_the_sweeper_need_not_wait_for_its_process(removed: list[str]) -> None:
    write_claim(BUILD, claim(RUN))
    remove_cancelled(BUILD, RUN, "why", LOG)
    assert removed == [BUILD]
    left = read_claim(BUILD)
    assert left
    assert left.ended


def test_what_was_cancelled_before_anything_was_begun_is_looked_for_all_the_same(removed: list[str]) -> None:
    remove_cancelled(BUILD, RUN, "why", LOG)
    assert removed == [BUILD]


def test_of_a_build_to_go_on_with_that_nobody_here_knows_nothing_is_touched(removed: list[str]) -> None:
    remove_cancelled("0123456789ab", RUN, "why", LOG)
    assert removed == []


def test_a_run_that_was_told_what_is_no_build_removes_none(removed: list[str]) -> None:
    told = FlowRun(id=RUN, flow_id=UUID(int=0), parameters={"resume_build": "0123"})
    assert build_of(told) is None
    remove_cancelled(build_of(told), RUN, "why", LOG)
    assert removed == []


def test_a_process_that_cleans_up_itself_is_at_work_till_its_end(removed: list[str]) -> None:
    write_claim(BUILD, own_claim(str(RUN)))
    remove_cancelled(BUILD, RUN, "why", LOG)
    assert removed == [BUILD]
    left = read_claim(BUILD)
    assert left
    assert not left.ended


def test_somebodys_own_vm_that_was_let_in_and_not_generalized_is_told(removed: list[str]) -> None:
    keep(BUILD, "provision", BUILD_VM)
    assert _let_in(BUILD) == Cleaned()
    keep(BUILD, "provision", BUILD_VM.model_copy(update={"original": True}))
    (left,) = _let_in(BUILD).leftovers
    assert left.resource_id == BUILD_VM.resource_id
    assert "sudo userdel --remove mintage" in left.reason
    keep(BUILD, "generalize", Generalized(distribution="debian", checks=(), packages=PackageChanges()))
    assert _let_in(BUILD) == Cleaned()


@pytest.mark.parametrize("ended", [False, True])
def test_a_build_that_another_run_has_or_keeps_for_a_retry_is_left_alone(removed: list[str], ended: bool) -> None:
    other = claim(UUID(int=2), ended=ended)
    write_claim(BUILD, other)
    remove_cancelled(BUILD, RUN, "why", LOG)
    assert removed == []
    assert read_claim(BUILD) == other
