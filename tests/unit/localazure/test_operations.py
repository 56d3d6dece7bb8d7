"""Long-running operations: they end once, say why, and outlive the server."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from localazure.arm.errors import CloudError
from localazure.arm.ids import ResourceId
from localazure.arm.operations import Interrupted, Operation, Operations, Run, Status
from localazure.hypervisor.base import DiskFull
from localazure.pace import Pace
from localazure.store import Resource, Store
from tests.support.server_state import filled

DISK = ResourceId.parse("/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/d")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "s.sqlite")
    store.put(Resource(id=str(DISK), properties={"provisioningState": "Creating"}))
    yield store
    store.close()


def _begin(operations: Operations, seconds: float = 0) -> Operation:
    return operations.begin("t#put", DISK, family="disk", seconds=seconds, retry_after=1, arguments={})


def _ended(operations: Operations, operation: Operation) -> Operation:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        found = operations.find(operation.id)
        if found is not None and found.status is not Status.IN_PROGRESS:
            return found
        threading.Event().wait(0.005)
    pytest.fail("the operation did not end within 5 s")


def _run(store: Store, run: Run, pace: float = 0, seconds: float = 0) -> Operation:
    operations = Operations(store, Pace(pace), run)
    operation = _begin(operations, seconds)
    operations.launch(operation)
    ended = _ended(operations, operation)
    operations.close()
    return ended


def _state(store: Store) -> str:
    resource = store.find(DISK)
    assert resource is not None
    return resource.state


def test_success_settles_the_resource_at_the_same_moment(store: Store) -> None:
    ended = _run(store, lambda _: {"accessSAS": "x"})
    assert (ended.status, ended.output, _state(store)) == (Status.SUCCEEDED, {"accessSAS": "x"}, "Succeeded")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (CloudError(409, "AllocationFailed", "no capacity"), "AllocationFailed"),
        (DiskFull("no room"), "DiskFull"),
        (ZeroDivisionError(), "InternalExecutionError"),
    ],
)
def test_a_failure_is_the_operations_error_and_the_resources_state(store: Store, error: Exception, code: str) -> None:
    def fail(_: Operation) -> None:
        raise error

    ended = _run(store, fail)
    assert ended.status is Status.FAILED
    assert ended.error is not None
    assert ended.error["code"] == code
    assert _state(store) == "Failed"


def test_an_end_that_cannot_be_recorded_is_a_failure_and_recorded_when_there_is_room(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("localazure.arm.operations.RECORD_AGAIN_SECONDS", 0.01)
    large = {"accessSAS": "x" * 10**6}
    operations = Operations(store, Pace(0), lambda _: large)
    operation = _begin(operations)
    with filled(store._database, entirely=True):
        operations.launch(operation)
        ended = _ended(operations, operation)
        assert ended.status is Status.FAILED
        assert ended.error is not None
        assert ended.error["code"] == "DiskFull"
        assert _state(store) == "Creating"
    deadline = time.monotonic() + 5
    while operations.busy(DISK) and time.monotonic() < deadline:
        threading.Event().wait(0.005)
    assert operations.find(operation.id) == ended
    assert _state(store) == "Failed"
    operations.close()


def test_an_operation_takes_as_long_as_the_pace_says(store: Store) -> None:
    begun = time.monotonic()
    _run(store, lambda _: None, pace=0.01, seconds=20)
    assert time.monotonic() - begun >= 0.2


def test_what_a_server_left_unfinished_the_next_one_finishes(store: Store) -> None:
    first = Operations(store, Pace(0), lambda _: None)
    operation = _begin(first)
    first.close()
    seen: list[str] = []
    second = Operations(store, Pace(0), lambda again: seen.append(again.effect))
    assert second.resume() == 1
    assert _ended(second, operation).status is Status.SUCCEEDED
    assert seen == ["t#put"]
    assert second.resume() == 0
    second.close()


def test_a_stopping_server_leaves_a_waiting_operation_in_progress(store: Store) -> None:
    begun = threading.Event()
    holder: list[Operations] = []

    def wait(_: Operation) -> dict[str, Any] | None:
        begun.set()
        holder[0].closing.wait(5)
        raise Interrupted

    operations = Operations(store, Pace(0), wait)
    holder.append(operations)
    operation = _begin(operations)
    operations.launch(operation)
    assert begun.wait(5)
    assert operations.busy(DISK) is not None
    operations.close()
    found = operations.find(operation.id)
    assert found is not None
    assert found.status is Status.IN_PROGRESS
    assert _state(store) == "Creating"


@pytest.mark.parametrize(
    ("factor", "header"),
    [
        (1, {"Retry-After": "30"}),
        (0.04, {"Retry-After": "2"}),
        (0.01, {"x-ms-retry-after-ms": "300"}),
        (0, {"x-ms-retry-after-ms": "20"}),
    ],
)
def test_clients_are_told_when_to_ask_again_in_a_form_azure_core_reads(factor: float, header: dict[str, str]) -> None:
    assert Pace(factor).retry_after(30) == header


@pytest.mark.parametrize(
    ("elapsed", "header"),
    [
        (0, {"x-ms-retry-after-ms": "20"}),
        (10, {"x-ms-retry-after-ms": "500"}),
        (20, {"Retry-After": "1"}),
        (3000, {"Retry-After": "1"}),
    ],
)
def test_without_a_pace_what_lasts_is_asked_about_more_rarely(elapsed: float, header: dict[str, str]) -> None:
    assert Pace(0).retry_after(30, elapsed) == header


def test_at_azures_pace_a_long_operation_is_asked_about_as_often_as_on_azure() -> None:
    assert Pace(1).retry_after(30, 3000) == {"Retry-After": "30"}
