"""How builds end: cleaned up, put away for a retry, reported; also by hooks, when the build's own process is gone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from prefect import Flow, get_run_logger
from prefect.client.schemas.objects import FlowRun, State
from prefect.logging.loggers import flow_run_logger
from prefect.runtime import flow_run, task_run
from prefect.states import Cancelled

from mintage.artifacts import BuildVm, Cleaned, Generalized, Leftover, Report
from mintage.azure.clean_up import clean_up as remove_build
from mintage.azure.clean_up import defer_clean_up, extend
from mintage.azure.clients import Clients
from mintage.build_plan import BuildPlan
from mintage.names import BUILD_USER
from mintage.recipe import parse_duration
from tasks.build_id import build_of, new_build_id
from tasks.claim import Claim, own_claim, read_claim, write_claim
from tasks.connection import connected
from tasks.course import result_of
from tasks.deliveries import remove_unfinished
from tasks.keeping import recall
from tasks.planning import PLAN, is_begun
from tasks.report import Outcome, report_build
from tasks.stages import GENERALIZE, PROVISION
from tasks.step import action, step

_FINISHED = "Cancelled; the worker that was to clean up had died."


class KeepFor(StrEnum):
    """How long a failed build waits for somebody to go on with it."""

    NOT_AT_ALL = "not at all"
    HALF_AN_HOUR = "30m"
    TWO_HOURS = "2h"
    EIGHT_HOURS = "8h"
    A_DAY = "1d"
    THREE_DAYS = "3d"

    @property
    def duration(self) -> timedelta:
        return timedelta() if self is KeepFor.NOT_AT_ALL else parse_duration(self.value)


@step("clean up")
def clean_up(plan: BuildPlan) -> Cleaned:
    """Remove all that the build made but its image."""
    with connected() as connection:
        cleaned = remove_build(connection.clients, plan)
    _tell(get_run_logger(), cleaned)
    return cleaned


@action("put away")
def put_away(build_id: str, keep_for: KeepFor) -> Cleaned:
    """Keep a failed build for a retry, its VMs deallocated; or remove it, when nobody is to come back."""
    cleaned = _put_away(build_id, keep_for)
    _tell(get_run_logger(), cleaned)
    return cleaned


@action("report")
def report(build_id: str, outcome: Outcome, cleaned: Cleaned, error: str | None = None) -> Report | None:
    """Write the report, and show it in the run."""
    reporter = UUID(task_run.id) if task_run.id else None
    return report_build(build_id, UUID(flow_run.id), outcome, cleaned, error, reporter)


@contextmanager
def kept_for_retry(build_id: str, keep_for: KeepFor) -> Iterator[None]:
    """Put the build away and report it when a step in the block fails. One that died goes on, so it stays as it is.

    The step's error is the one that is raised, whatever becomes of this.
    """
    try:
        yield
    except Exception as error:
        if is_begun(build_id):
            away: State[Cleaned] = put_away(build_id, keep_for, return_state=True)
            cleaned = away.result() if away.is_completed() else Cleaned()
            report(build_id, "failed", cleaned, str(error), return_state=True)
        raise


def on_cancelled(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """Remove what a cancelled build made. Runs in a process of its own, under the worker, and may run twice."""
    remove_cancelled(build_of(flow_run), flow_run.id, state.message, flow_run_logger(flow_run, flow))


def finish_cancelling(build_id: str) -> State[Any]:
    """Do what a hook was to do that died with its worker; return the state in which the run is to end."""
    remove_cancelled(build_id, UUID(flow_run.id), _FINISHED, get_run_logger())
    return Cancelled(message=_FINISHED)


def remove_cancelled(
    build_id: str | None,
    run_id: UUID,
    why: str | None,
    log: Any,  # noqa: ANN401 - as ``_tell``
) -> None:
    """Remove what the build made, and report it. Should this die too, the sweeper need not wait any more.

    A run that never had the build leaves it alone: one that was to go on with it, and was cancelled before it began.
    """
    if build_id is None:
        log.warning("There is nothing to remove: the run was to go on with a build that there cannot be")
        return
    holder = read_claim(build_id)
    if not _had(run_id, build_id, holder):
        log.warning("Build %s is left as it is: this run never had it", build_id)
        return
    if holder and holder.process != own_claim(str(run_id)).process:
        write_claim(build_id, holder.model_copy(update={"ended": True}))
    with connected() as connection:
        extend(connection.clients, build_id, datetime.now(UTC))
        cleaned = _removed(connection.clients, build_id)
    _tell(log, cleaned)
    report_build(build_id, run_id, "cancelled", cleaned, why)


def _had(run_id: UUID, build_id: str, holder: Claim | None) -> bool:
    return holder.flow_run_id == str(run_id) if holder else build_id == new_build_id(run_id)


def _put_away(build_id: str, keep_for: KeepFor) -> Cleaned:
    with connected() as connection:
        if keep_for is KeepFor.NOT_AT_ALL:
            return _removed(connection.clients, build_id)
        return defer_clean_up(connection.clients, _known(build_id), keep_for.duration) + _let_in(build_id)


def _removed(clients: Clients, build_id: str) -> Cleaned:
    """All of a build that nobody goes on with. What it began to deliver goes first: its plan says where that is."""
    half_made = remove_unfinished(clients, build_id)
    return remove_build(clients, _known(build_id)) + half_made + _let_in(build_id)


def _let_in(build_id: str) -> Cleaned:
    """Somebody's own VM that the build was let into, and did not generalize."""
    vm = result_of(build_id, PROVISION, BuildVm)
    if vm is None or not vm.original or result_of(build_id, GENERALIZE, Generalized):
        return Cleaned()
    reason = (
        f"it is somebody's own, was started, and lets the build in: run sudo userdel --remove {BUILD_USER} there, "
        f"remove /etc/sudoers.d/{BUILD_USER}, and stop it if it is not to run"
    )
    return Cleaned(leftovers=(Leftover(resource_id=vm.resource_id, reason=reason),))


def _known(build_id: str) -> BuildPlan | str:
    """The build with its recipe, which says how long removing may take, if it got so far as to have one."""
    return recall(build_id, PLAN, BuildPlan) or build_id


def _tell(log: Any, cleaned: Cleaned) -> None:  # noqa: ANN401 - Prefect's loggers have no common type
    for each in cleaned.removed:
        log.info("Removed %s", each)
    for left in cleaned.leftovers:
        until = f"; the sweeper removes it after {left.expires.isoformat()}" if left.expires else ""
        log.warning("Left %s: %s%s", left.resource_id, left.reason, until)
