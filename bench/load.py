"""``python -m bench.load``: many builds at once, on SQLite and on PostgreSQL. Writes build/load.json."""

from __future__ import annotations

import json
import os
import platform
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated
from unittest.mock import patch

import typer

from bench.at_once import Database, Load, build_at_once
from deployments.local_stack.postgresql import postgresql

OUT = Path("build/load.json")
LOGS = Path("build/load").resolve()
"""The stacks of the last time, with their logs."""
_ADDRESS = "PREFECT_API_DATABASE_CONNECTION_URL"


def main(
    sqlite: Annotated[int, typer.Option(min=0, help="How many builds at once on SQLite; 0: none.")] = 10,
    postgres: Annotated[int, typer.Option("--postgresql", min=0, help="As many on PostgreSQL; 0: none.")] = 30,
) -> None:
    """Build the demonstration recipe many times at once, on instant machines. Fails when a build is lost, or leaks."""
    wanted: dict[Database, int] = {"sqlite": sqlite, "postgresql": postgres}
    loads = [_load(database, builds) for database, builds in wanted.items() if builds]
    machine = {"cpus": os.cpu_count(), "system": platform.platform()}
    OUT.parent.mkdir(exist_ok=True)
    found = {"machine": machine, "loads": [each.model_dump() for each in loads]}
    OUT.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    for load in loads:
        _show(load)
    print(f"Written to {OUT}")
    if any(each.failures for each in loads):
        raise typer.Exit(1)


def _load(database: Database, builds: int) -> Load:
    folder = LOGS / database
    shutil.rmtree(folder, ignore_errors=True)
    with _on(database):
        return build_at_once(builds, database, folder)


@contextmanager
def _on(database: Database) -> Iterator[None]:
    """Within the block, a stack's Prefect server uses this database."""
    with ExitStack() as ends:
        settings = {} if database == "sqlite" else {_ADDRESS: ends.enter_context(postgresql())}
        ends.enter_context(patch.dict(os.environ, settings))
        yield


def _show(load: Load) -> None:
    took = f"{load.fastest_seconds:.0f} to {load.slowest_seconds:.0f} s each, {load.most_at_once} at once at most"
    print(f"{load.database}: {load.published} of {load.builds} builds published in {load.seconds:.0f} s ({took}),")
    print(
        f"  {load.went_on_after_a_death} went on after their process died, {load.steps_tried_again} steps tried again;"
    )
    print(f"  lost: {load.lost or 'none'}, leaked: {load.leaked or 'nothing'}, duplicates: {load.duplicates},")
    print(f"  finished steps run twice: {load.finished_steps_run_twice}, peak memory in MiB: {load.peak_memory_mib}")


if __name__ == "__main__":
    typer.run(main)
