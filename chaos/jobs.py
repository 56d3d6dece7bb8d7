"""Cases, several at a time: each job is a process with a local Azure of its own."""

from __future__ import annotations

import multiprocessing
import signal
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from chaos.cases import Case
from chaos.course import Course
from chaos.recipes import System
from chaos.results import CaseResult
from chaos.runner import Runner
from chaos.world import Hypervisor, World

_FORK = multiprocessing.get_context("fork")
"""All modules are in memory already."""
_END_SECONDS = 90
"""What a job has to stop its local Azure."""


class JobFailed(Exception):
    """Something else than a build failed; ``str(error)`` is its traceback."""


def end_by_sigterm() -> None:
    """Let SIGTERM end this process as Ctrl-C does: with what it started."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


@contextmanager
def world_in(folder: Path, hypervisor: Hypervisor = "instant", *, budgets: bool = False) -> Iterator[World]:
    """A local Azure in a folder that is to be made."""
    folder.mkdir(parents=True)
    world = World(folder, hypervisor=hypervisor, budgets=budgets)
    try:
        world.start()
        yield world
    finally:
        world.stop()


def run_plain(systems: Sequence[System], folder: Path) -> dict[System, Course]:
    """Build each system with nothing going wrong, and return what the builds came to. Raises ``runner.Unsound``."""
    with world_in(folder / "world") as world:
        runner = Runner(world, folder)
        return {system: runner.plain(system) for system in systems}


def run_cases(
    cases: Sequence[Case],
    seconds: Mapping[System, float],
    folder: Path,
    jobs: int,
    hypervisor: Hypervisor = "instant",
) -> Iterator[CaseResult]:
    """Run all, and give each as it ends. Raises JobFailed; ends the jobs whatever happens."""
    running: dict[Connection, BaseProcess] = {}
    try:
        for number in range(min(jobs, len(cases))):
            reader, writer = _FORK.Pipe(duplex=False)
            given = (cases[number::jobs], seconds, folder / f"job-{number + 1}", hypervisor, writer)
            process = _FORK.Process(target=_work, args=given)
            process.start()
            writer.close()
            running[reader] = process
        while running:
            yield from _ended(running)
    finally:
        _end(list(running.values()))


def _ended(running: dict[Connection, BaseProcess]) -> Iterator[CaseResult]:
    for reader in wait(list(running)):
        assert isinstance(reader, Connection)  # noqa: S101 - for the type checker
        try:
            found = reader.recv()
        except EOFError:
            running.pop(reader).join(_END_SECONDS)
            continue
        if isinstance(found, str):
            raise JobFailed(found)
        yield found


def _work(
    cases: Sequence[Case],
    seconds: Mapping[System, float],
    folder: Path,
    hypervisor: Hypervisor,
    results: Connection,
) -> None:
    end_by_sigterm()
    try:
        with world_in(folder / "world", hypervisor) as world:
            runner = Runner(world, folder)
            for case in cases:
                results.send(runner.run(case, seconds.get(case.system)))
    except Exception:  # noqa: BLE001 - whatever it is, it is told
        results.send(traceback.format_exc())


def _end(processes: Sequence[BaseProcess]) -> None:
    for each in processes:
        each.terminate()
    for each in processes:
        each.join(_END_SECONDS)
