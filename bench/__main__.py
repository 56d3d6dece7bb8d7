"""``python -m bench [--no-real]``: measure builds and write build/bench.json."""

from __future__ import annotations

import json
import os
import platform
from pathlib import Path
from typing import Annotated, Literal

import typer

from bench.build import Measured, measure

OUT = Path("build/bench.json")
LIMIT_SECONDS = 10.0
"""Of overhead, for a build on the instant hypervisor."""


def main(real: Annotated[bool, typer.Option(help="Also build on real machines, which takes minutes.")] = True) -> None:
    """Measure a build on instant machines and one on real ones. Fails when the overhead of the first is too long."""
    hypervisors: tuple[Literal["instant", "qemu"], ...] = ("instant", "qemu") if real else ("instant",)
    builds = {name: measure(name) for name in hypervisors}
    OUT.parent.mkdir(exist_ok=True)
    # Times on a busy machine say little of Mintage.
    machine = {"cpus": os.cpu_count(), "load": os.getloadavg()[0], "system": platform.platform()}
    results = {name: build.model_dump() for name, build in builds.items()}
    OUT.write_text(json.dumps({"machine": machine, "builds": results}, indent=2) + "\n", encoding="utf-8")
    for build in builds.values():
        _show(build)
    print(f"Written to {OUT}")
    if builds["instant"].overhead_seconds >= LIMIT_SECONDS:
        raise typer.Exit(1)


def _show(build: Measured) -> None:
    parts = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in build.overhead.items())
    print(f"{build.hypervisor}: {build.seconds:.1f} s, of which overhead {build.overhead_seconds:.2f} s ({parts}),")
    print(f"  {sum(build.calls.values())} calls to Azure, peak memory in MiB: {build.peak_memory_mib}")


if __name__ == "__main__":
    typer.run(main)
