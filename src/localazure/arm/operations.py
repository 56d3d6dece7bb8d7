"""Long-running operations: begun by a request, run in a thread, asked about by URL, resumed after a restart."""

from __future__ import annotations

import logging
import math
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from localazure.arm.endings import Ending, run_until
from localazure.arm.errors import CloudError
from localazure.arm.ids import ResourceId
from localazure.database import StoreError
from localazure.hypervisor.base import DiskFull, HypervisorError
from localazure.pace import Pace
from localazure.store import Store

log = logging.getLogger("localazure.operations")

Json = dict[str, Any]
RECORD_AGAIN_SECONDS = 2.0
"""Between two attempts to write to a state whose disk was full."""


class Status(StrEnum):
    IN_PROGRESS = "InProgress"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"


class Operation(BaseModel):
    """One long-running operation. Its id is the request's ``x-ms-request-id``, as on Azure."""

    model_config = ConfigDict(extra="forbid")
    id: str
    effect: str
    """What to run: ``{resource type}#{put|delete|action}``, so that another process can run it again."""
    target: str
    arguments: Json = {}
    in_memory: Json = Field({}, exclude=True, repr=False)
    """Arguments that are never written down: a later process that resumes the operation does not have them."""
    family: str
    seconds: float
    """How long it takes on Azure."""
    retry_after: float
    started: datetime
    ended: datetime | None = None
    status: Status = Status.IN_PROGRESS
    output: Json | None = None
    error: Json | None = None
    ending: Ending | None = None
    """Set when it is not to end by its effect alone."""

    @property
    def rid(self) -> ResourceId:
        return ResourceId.parse(self.target)


Run = Callable[[Operation], Json | None]
HANG_INTERVAL = 0.05
"""Seconds between two looks at whether an operation still hangs."""


class Operations:
    """Runs effects. An effect may be run again after a crash, so it observes before it acts."""

    def __init__(
        self, store: Store, pace: Pace, run: Run, fault_stands: Callable[[int], bool] = lambda _: False
    ) -> None:
        self._store, self._pace, self._run, self._fault_stands = store, pace, run, fault_stands
        self._threads = ThreadPoolExecutor(max_workers=64, thread_name_prefix="operation")
        self._closing = threading.Event()
        self._unrecorded: dict[str, Operation] = {}
        """Those that have ended, while the state cannot be written."""

    def begin(
        self,
        effect: str,
        target: ResourceId,
        *,
        family: str,
        seconds: float,
        retry_after: float,
        arguments: Json,
        ending: Ending | None = None,
    ) -> Operation:
        """Record the operation, and run it as soon as the record is durable."""
        operation = Operation(
            id=str(uuid.uuid4()), effect=effect, target=str(target), arguments=arguments, family=family,
            seconds=seconds, retry_after=retry_after, started=datetime.now(UTC), ending=ending,
        )  # fmt: skip
        self._save(operation)
        return operation

    def launch(self, operation: Operation) -> None:
        self._threads.submit(self._carry_out, operation)

    def resume(self) -> int:
        """Go on with what a former process left unfinished. Returns how many."""
        unfinished = [Operation.model_validate(document) for document in self._store.operations_in(Status.IN_PROGRESS)]
        for operation in unfinished:
            log.info("resuming %s of %s", operation.effect, operation.target)
            self.launch(operation)
        return len(unfinished)

    def find(self, operation_id: str) -> Operation | None:
        if unrecorded := self._unrecorded.get(operation_id):
            return unrecorded
        document = self._store.find_operation(operation_id)
        return Operation.model_validate(document) if document else None

    def busy(self, target: ResourceId, *, within: bool = False) -> Operation | None:
        """An operation in progress on this resource; ``within``: or on one that lives in it."""
        for document in self._store.operations_in(Status.IN_PROGRESS):
            operation = Operation.model_validate(document)
            if operation.rid.key == target.key or (within and operation.rid.key.startswith(f"{target.key}/")):
                return operation
        return None

    def close(self) -> None:
        """Stop waiting. What is unfinished stays recorded as in progress, and the next process resumes it."""
        self._closing.set()
        self._threads.shutdown(wait=True, cancel_futures=True)

    @property
    def closing(self) -> threading.Event:
        """Set when the server stops: an effect that waits must give up by raising ``Interrupted``."""
        return self._closing

    def _carry_out(self, operation: Operation) -> None:
        begun = time.monotonic()
        try:
            output = self._effect(operation)
            self._wait(self._pace.seconds(operation.seconds) - (time.monotonic() - begun))
        except Interrupted:
            return
        except CloudError as error:
            self._fail(operation, error.body())
        except (DiskFull, StoreError) as error:
            self._fail(operation, _internal("DiskFull", str(error)))
        except HypervisorError as error:
            self._fail(operation, _internal("InternalExecutionError", str(error)))
        except Exception:
            log.exception("%s of %s failed", operation.effect, operation.target)
            message = "An internal execution error occurred. localazure's log has the details."
            self._fail(operation, _internal("InternalExecutionError", message))
        else:
            self._end(operation, Status.SUCCEEDED, output=output)

    def _fail(self, operation: Operation, error: Json) -> None:
        log.error("%s of %s failed: %s: %s", operation.effect, operation.target, error["code"], error["message"])
        self._end(operation, Status.FAILED, error=error)

    def _effect(self, operation: Operation) -> Json | None:
        ending = operation.ending
        if ending is None:
            return self._run(operation)
        return run_until(ending.leaves, lambda: self._end_early(operation, ending), lambda: self._run(operation))

    def _end_early(self, operation: Operation, ending: Ending) -> None:
        if ending.error is not None:
            raise ending.error
        until = time.monotonic() + (ending.seconds or math.inf)
        while self._fault_stands(ending.fault) and time.monotonic() < until:
            self._refuse_preempted(operation)
            self._wait(HANG_INTERVAL)

    def _refuse_preempted(self, operation: Operation) -> None:
        """What hangs does not keep its resource from being deleted."""
        resource = self._store.find(operation.rid)
        if resource is None or (resource.state == "Deleting" and not operation.effect.endswith("#delete")):
            raise preempted()

    def _wait(self, seconds: float) -> None:
        if seconds > 0 and self._closing.wait(seconds):
            raise Interrupted

    def _end(
        self, operation: Operation, status: Status, *, output: Json | None = None, error: Json | None = None
    ) -> None:
        ended = operation.model_copy(
            update={"status": status, "output": output, "error": error, "ended": datetime.now(UTC)}
        )
        try:
            self._record(ended)
        except StoreError as full:
            self._record_when_possible(ended, str(full))

    def _record(self, ended: Operation) -> None:
        with self._store.changing():
            self._settle(ended)
            self._save(ended)

    def _record_when_possible(self, ended: Operation, why: str) -> None:
        """It has failed from here on, for whoever asks; the state says so too as soon as the disk has room."""
        log.error("The end of %s of %s cannot be recorded: %s", ended.effect, ended.target, why)
        failure = {"status": Status.FAILED, "output": None, "error": _internal("DiskFull", why)}
        failed = self._unrecorded[ended.id] = ended.model_copy(update=failure)
        while not self._closing.wait(RECORD_AGAIN_SECONDS):
            with suppress(StoreError):
                self._record(failed)
                del self._unrecorded[ended.id]
                return

    def _settle(self, operation: Operation) -> None:
        """The resource's own state turns at the same moment as the operation's."""
        resource = self._store.find(operation.rid)
        if resource is None or "provisioningState" not in resource.properties:
            return
        resource.internal["failure"] = operation.error
        if resource.state != "Deleting" or operation.effect.endswith("#delete"):
            resource.properties["provisioningState"] = operation.status.value
        self._store.put(resource)

    def _save(self, operation: Operation) -> None:
        self._store.put_operation(operation.id, operation.status, operation.model_dump(mode="json"))


class Interrupted(Exception):
    """The server is stopping; the operation is resumed by the next one."""


def preempted() -> CloudError:
    """What an operation ends with when its resource is deleted meanwhile."""
    message = "Operation execution has been preempted by a more recent operation."
    return CloudError(409, "OperationPreempted", message)


def _internal(code: str, message: str) -> Json:
    return {"code": code, "message": message}
