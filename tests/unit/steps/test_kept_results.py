"""What a step returns must load again: Prefect does a step a second time when its result does not, without a word."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from prefect.client.schemas.objects import State, TaskRun
from prefect.serializers import JSONSerializer
from prefect.states import Failed

from mintage.artifacts import Artifact, ResolvedSource
from mintage.build_plan import BuildPlan
from mintage.errors import (
    AzureBusy,
    AzureRefused,
    ConnectionFailed,
    DeadlinePassed,
    GuestSilent,
    IdentityUnknown,
    LoginRefused,
)
from mintage.recipe_file import load_recipe
from tasks.building import capture, generalize, inventory, provision, snapshot
from tasks.course import set_out
from tasks.customizing import checkpoint, customize_step
from tasks.delivering import deliver_form
from tasks.ending import KeepFor, clean_up
from tasks.planning import ChosenVersion, choose_version, resolve_source
from tasks.proving import publish, verify
from tasks.step import Step, may_pass
from tests.support.kept_results import keep_results_in

RECIPE = Path(__file__).parents[3] / "deployments/recipes/debian-12-web.yaml"
STEPS: tuple[Step[..., Any], ...] = (
    *(resolve_source, choose_version, provision, inventory, customize_step, checkpoint),
    *(snapshot, generalize, capture, verify, deliver_form, publish, clean_up),
)


def plan() -> BuildPlan:
    loaded, now = load_recipe(RECIPE), datetime.now(UTC)
    return BuildPlan(
        build_id="0123456789ab",
        recipe=loaded.recipe,
        recipe_folder=str(loaded.folder),
        recipe_sha256=loaded.sha256,
        started=now,
        expires=now,
    )


@pytest.mark.parametrize(
    "artifact",
    [
        plan(),
        ChosenVersion(version="1.0.0"),
        ResolvedSource(kind="marketplace", publisher="Debian", offer="o", sku="s", version="1.2.3"),
    ],
    ids=lambda artifact: type(artifact).__name__,
)
def test_what_is_kept_can_be_read_again(artifact: Artifact) -> None:
    serializer = JSONSerializer()
    assert serializer.loads(serializer.dumps(artifact)) == artifact


def test_no_artifact_computes_fields_that_it_would_refuse_when_read() -> None:
    kinds = [*Artifact.__subclasses__()]
    assert len(kinds) > 15
    assert not [kind.__name__ for kind in kinds if kind.model_computed_fields]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.task.name)
def test_each_step_is_kept_and_retried_when_that_may_help(step: Step[..., Any]) -> None:
    assert step.task.persist_result
    assert isinstance(step.task.retry_delay_seconds, list)
    assert step.task.retries == len(step.task.retry_delay_seconds) > 0
    assert step.task.retry_condition_fn is may_pass


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.task.name)
def test_no_step_waits_for_the_server_before_it_begins(step: Step[..., Any]) -> None:
    """As Prefect's engine does for each task that has a tag."""
    assert step.task.tags == set()


def test_customize_steps_are_kept_apart_by_their_names_and_by_how_often_the_build_went_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_results_in(tmp_path, monkeypatch)
    steps = plan().recipe.customize
    keys = {customize_step.key({"plan": plan(), "vm": None, "what": what}) for what in steps}
    assert len(keys) == len(steps)

    first = capture.key({"plan": plan()})
    set_out("0123456789ab", ["capture"], None)
    assert (first, capture.key({"plan": plan()})) == (
        "build/0123456789ab/capture",
        "build/0123456789ab/round-2/capture",
    )


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (AzureBusy("throttled"), True),
        (ConnectionFailed("lost"), True),
        (AzureRefused("no"), False),
        (LoginRefused("no"), False),
        (ValueError("a mistake of ours"), False),
    ],
)
def test_only_what_may_pass_is_tried_again(error: Exception, again: bool) -> None:
    run = TaskRun(task_key="step", dynamic_key=str(uuid4()))
    assert may_pass(provision.task, run, Failed(data=error)) is again


def tried(times: int) -> TaskRun:
    return TaskRun(task_key="step", dynamic_key=str(uuid4()), run_count=times)


def test_what_took_all_its_time_is_tried_twice_more_and_what_did_not_answer_more_often() -> None:
    late: State[Any] = Failed(data=DeadlinePassed("late"))
    silent: State[Any] = Failed(data=GuestSilent("Azure waited for its agent"))
    lost: State[Any] = Failed(data=ConnectionFailed("lost"))
    assert [may_pass(provision.task, tried(times), late) for times in (1, 2, 3)] == [True, True, False]
    assert [may_pass(provision.task, tried(times), silent) for times in (1, 2, 3)] == [True, True, False]
    assert [may_pass(provision.task, tried(times), lost) for times in (1, 2, 3)] == [True, True, True]


def test_an_identity_that_azure_knew_before_is_worth_another_try() -> None:
    unknown: State[Any] = Failed(data=IdentityUnknown("who?"))
    assert not may_pass(resolve_source.task, tried(1), unknown)
    assert may_pass(provision.task, tried(1), unknown)


def test_a_failed_build_may_be_kept_not_at_all() -> None:
    assert not KeepFor.NOT_AT_ALL.duration
    assert all(kept.duration for kept in KeepFor if kept is not KeepFor.NOT_AT_ALL)
