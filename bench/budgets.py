"""``python -m bench.budgets``: a hundred builds at once that share one subscription's budgets of calls.

They are the flow itself, in processes with chaos's stand-in for Prefect's engine: a hundred of Prefect's own would want
more memory than most machines have. localazure has Azure's budgets; its operations take no time. Writes
build/budgets.json.
"""

from __future__ import annotations

import multiprocessing
import re
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer
from prefect.states import Running
from pydantic import BaseModel, ConfigDict

from chaos.attempt import ENDED, Attempt
from chaos.jobs import end_by_sigterm, world_in
from chaos.journal import Event, Journal
from chaos.recipes import System, Variant, write_recipe
from chaos.world import World, is_excluded
from tasks.build_id import new_build_id

_OUT = Path("build/budgets.json")
_LONGEST = 2 * 3600
"""Seconds, for all of them together."""
_ANSWERED = re.compile(r" -> (\d{3})")
_FORK = multiprocessing.get_context("fork")


class Throttling(BaseModel):
    """What came of it; ``lost``, ``leaked``, ``duplicates`` and ``refused_calls`` are to be none."""

    model_config = ConfigDict(frozen=True)

    builds: int
    published: int
    lost: tuple[str, ...]
    """Builds that did not end published, with their last error."""
    leaked: int
    """Groups and resources that are left, but for galleries and versions."""
    duplicates: int
    """Image versions beyond one for each build."""
    tried_again: dict[str, int]
    """How often each step was, by its name and what had failed."""
    calls: int
    refused_calls: int
    """Answered with 429."""
    seconds: float

    @property
    def failures(self) -> int:
        return len(self.lost) + self.leaked + self.duplicates + self.refused_calls


def main(
    builds: Annotated[int, typer.Option(min=1, help="How many at once.")] = 100,
    out: Annotated[Path, typer.Option(help="Where the results go.")] = _OUT,
) -> None:
    """Build many images at once in one subscription. Fails when a call is refused, or a build is lost or leaks."""
    end_by_sigterm()
    folder = Path(tempfile.mkdtemp(prefix="budgets-"))
    with world_in(folder / "world", budgets=True) as world:
        found = throttling(world, folder, builds)
    out.parent.mkdir(exist_ok=True)
    out.write_text(found.model_dump_json(indent=2) + "\n", encoding="utf-8")
    print(found.model_dump_json(indent=2))
    if found.failures:
        print(f"What the builds left is in {folder}")
        raise typer.Exit(1)
    shutil.rmtree(folder)


def throttling(world: World, folder: Path, builds: int) -> Throttling:
    """Begin all together, and wait for them. Raises TimeoutError."""
    recipe = str(write_recipe(System.LINUX, Variant.PLAIN, folder, real=False))
    before, began = world.strays(), time.monotonic()
    attempts = [_attempt(world, folder / f"build-{number}", recipe) for number in range(1, builds + 1)]
    codes = _run(attempts)
    seconds = round(time.monotonic() - began, 1)
    statuses = Counter(_ANSWERED.findall((world.folder / "localazure.log").read_text(encoding="utf-8")))
    versions = [world.versions(new_build_id(each.run_id)) for each in attempts]
    public = [sum(not is_excluded(one) for one in each) for each in versions]
    lost = [
        f"{each.folder.name}: {_last_error(each)}"
        for each, code, count in zip(attempts, codes, public, strict=True)
        if code != ENDED or not count
    ]
    return Throttling(
        builds=builds,
        published=builds - len(lost),
        lost=tuple(lost),
        leaked=len([each for each in world.strays() - before if "/versions/" not in each]),
        duplicates=sum(max(0, len(each) - 1) for each in versions),
        tried_again=dict(Counter(what for each in attempts for what in _tried_again(each))),
        calls=statuses.total(),
        refused_calls=statuses["429"],
        seconds=seconds,
    )


def _attempt(world: World, folder: Path, recipe: str) -> Attempt:
    folder.mkdir()
    return Attempt(world, folder, uuid4(), {"recipe": recipe}, [Running()], {})


def _run(attempts: Sequence[Attempt]) -> list[int]:
    processes = [_FORK.Process(target=each.work) for each in attempts]
    deadline = time.monotonic() + _LONGEST
    try:
        for each in processes:
            each.start()
        return [_code(each, deadline) for each in processes]
    finally:
        for each in processes:
            if each.pid:
                each.kill()
                each.join()


def _code(process: BaseProcess, deadline: float) -> int:
    process.join(max(0.0, deadline - time.monotonic()))
    if process.exitcode is None:
        raise TimeoutError(f"the builds took longer than {_LONGEST} s")
    return process.exitcode


def _tried_again(attempt: Attempt) -> Iterator[str]:
    for each in Journal(attempt.folder / "journal").read():
        if each.event == Event.FAILED:
            yield f"{each.step}: {each.error_kind}: {_what(each.error)}"


def _what(error: str) -> str:
    """Of an error of Mintage's, what failed, without where."""
    return error.partition("\n")[0].partition(": /")[0]


def _last_error(attempt: Attempt) -> str:
    errors = [each.error for each in Journal(attempt.folder / "journal").read() if each.error]
    return errors[-1] if errors else f"see {attempt.folder / 'log'}"


if __name__ == "__main__":
    typer.run(main)
