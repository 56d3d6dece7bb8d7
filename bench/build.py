"""One build, measured."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from prefect.client.schemas.objects import FlowRun, StateType
from pydantic import BaseModel, ConfigDict

from bench.calls import calls_in, log_of, seconds_in
from bench.memory import PeakMemory
from deployments.local_stack.demo import DEPLOYMENT
from deployments.local_stack.run import create_run, follow, succeeded
from deployments.local_stack.stack import Options, Stack, running
from mintage.artifacts import StepReport

OWN = frozenset({"plan the build", "see where to go on", "put away", "report"})
"""Steps that are Mintage's own business: neither a cloud operation nor a command in a guest."""


class Measured(BaseModel):
    """A build's costs, in seconds, calls and MiB.

    ``overhead`` is what did not pass in the cloud or in a guest, named by part: ``waiting for the worker`` until its
    next look for work, ``starting the process`` with all it imports, ``starting the run`` until its first step, ``own
    steps`` planning and the report, ``inside steps`` what the others took beside calls to Azure, what these began, and
    commands in guests, ``between steps`` Prefect's engine, ``ending`` from the last step to the run's end.
    """

    model_config = ConfigDict(frozen=True)

    hypervisor: str
    seconds: float
    steps: dict[str, float]
    overhead_seconds: float
    overhead: dict[str, float]
    calls: dict[str, int]
    peak_memory_mib: dict[str, int]


def measure(hypervisor: Literal["qemu", "instant"]) -> Measured:
    """Start a stack, build the demonstration recipe once without Azure's waiting times, and stop the stack."""
    with running(Options(hypervisor, pace=0), _say) as stack:
        return _measure(stack, hypervisor)


def _measure(stack: Stack, hypervisor: str) -> Measured:
    memory = PeakMemory(part.process for part in stack.parts)

    def look(*_: Any) -> None:  # noqa: ANN401 - nothing is done with it
        memory.look()

    parameters = {"recipe": "deployments/recipes/debian-12-web.yaml"}
    run = create_run(stack.client, DEPLOYMENT, parameters, stack.queue)
    ended, steps = follow(stack.client, run.id, look, stack.check)
    if not succeeded(ended) or ended.end_time is None or run.created is None:
        message = f"the build did not succeed: {ended.state}"
        raise RuntimeError(message)
    log = log_of(stack.client, run.id)
    overhead = _before_steps(stack, ended, steps) | _from_first_step(ended.end_time, steps, seconds_in(log))
    return Measured(
        hypervisor=hypervisor,
        seconds=round((ended.end_time - run.created).total_seconds(), 2),
        steps={step.name: round(step.seconds or 0, 2) for step in steps},
        overhead_seconds=round(sum(overhead.values()), 2),
        overhead={name: round(seconds, 2) for name, seconds in overhead.items()},
        calls=calls_in(log),
        peak_memory_mib=memory.mebibytes,
    )


def _before_steps(stack: Stack, run: FlowRun, steps: Sequence[StepReport]) -> dict[str, float]:
    states = {state.type: state.timestamp for state in reversed(stack.client.read_flow_run_states(run.id))}
    moments = [states[kind] for kind in (StateType.SCHEDULED, StateType.PENDING, StateType.RUNNING)]
    moments.append(min(step.started for step in steps if step.started))
    names = ("waiting for the worker", "starting the process", "starting the run")
    return {name: (end - start).total_seconds() for name, start, end in zip(names, moments, moments[1:], strict=False)}


def _from_first_step(ended: datetime, steps: Sequence[StepReport], outside: float) -> dict[str, float]:
    started = [step.started for step in steps if step.started]
    lasted = sum(step.seconds or 0 for step in steps)
    last = max((step.started.timestamp() + (step.seconds or 0)) for step in steps if step.started)
    own = sum(step.seconds or 0 for step in steps if step.name in OWN)
    return {
        "own steps": own,
        "inside steps": lasted - own - outside,
        "between steps": last - min(started).timestamp() - lasted,
        "ending": ended.timestamp() - last,
    }


def _say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}")
