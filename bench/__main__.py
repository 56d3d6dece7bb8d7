"""``python -m bench [--no-real]``: measure builds and uploads, and write build/bench.json."""

from __future__ import annotations

import json
import os
import platform
from pathlib import Path
from typing import Annotated, Literal
from unittest import mock

import typer

from bench.build import Measured, measure
from bench.disk_upload import DiskUploads, measure_disk_uploads
from bench.windows_upload import Uploads, measure_uploads
from deployments.local_stack.stack import Options, running
from mintage.azure.clients import connect
from mintage.settings import load_settings

OUT = Path("build/bench.json")
LIMIT_SECONDS = 10.0
"""Of overhead, for a build on the instant hypervisor."""
LIMIT_FASTER = 50.0
"""How many times faster than one echo for every 6 KB a file must be in a Windows guest."""


def main(real: Annotated[bool, typer.Option(help="Also build on real machines, which takes minutes.")] = True) -> None:
    """Measure a build on instant machines, one on real ones, and uploads of disks and into Windows.

    Fails when the overhead of the first, or the uploads, take too long.
    """
    hypervisors: tuple[Literal["instant", "qemu"], ...] = ("instant", "qemu") if real else ("instant",)
    builds = {name: measure(name) for name in hypervisors}
    uploads, disks = _uploads()
    OUT.parent.mkdir(exist_ok=True)
    # Times on a busy machine say little of Mintage.
    machine = {"cpus": os.cpu_count(), "load": os.getloadavg()[0], "system": platform.platform()}
    results = {name: build.model_dump() for name, build in builds.items()}
    found = {"machine": machine, "builds": results, "windows_upload": uploads.model_dump()}
    found["disk_upload"] = disks.model_dump()
    OUT.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    for build in builds.values():
        _show(build)
    _show_uploads(uploads)
    _show_disk_uploads(disks)
    print(f"Written to {OUT}")
    if builds["instant"].overhead_seconds >= LIMIT_SECONDS or uploads.times_faster < LIMIT_FASTER or _is_worse(disks):
        raise typer.Exit(1)


def _uploads() -> tuple[Uploads, DiskUploads]:
    with (
        running(Options("instant", pace=0), print) as stack,
        mock.patch.dict(os.environ, stack.account),
        connect(load_settings()) as clients,
    ):
        return measure_uploads(clients), measure_disk_uploads(stack, clients)


def _is_worse(disks: DiskUploads) -> bool:
    """Than the other tool: it is to be beaten in seconds and in bytes."""
    return disks.times_faster < 1 or disks.times_fewer_bytes < 1


def _show(build: Measured) -> None:
    parts = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in build.overhead.items())
    print(f"{build.hypervisor}: {build.seconds:.1f} s, of which overhead {build.overhead_seconds:.2f} s ({parts}),")
    print(f"  {sum(build.calls.values())} calls to Azure, peak memory in MiB: {build.peak_memory_mib}")


def _show_uploads(uploads: Uploads) -> None:
    print(f"A file into Windows: {uploads.times_faster:.0f} times faster than by echo,")
    for name, way in (("streamed", uploads.streamed), ("by echo", uploads.echoed)):
        rates = f"{way.bytes_per_second:,.0f} bytes/s, {way.bytes_per_round_trip:,.0f} bytes per round trip"
        print(f"  {name}: {way.size:,} bytes in {way.seconds:.2f} s and {way.round_trips} round trips ({rates})")


def _show_disk_uploads(disks: DiskUploads) -> None:
    size, data = disks.disk_size // 1024**2, disks.disk_data // 1024**2
    print(f"A disk of {size:,} MiB with {data:,} MiB of data into a page blob, by Mintage and by another tool:")
    for sent in (disks.mintage, disks.other):
        print(f"  {sent.tool}: {sent.seconds} s, {sent.bytes_sent:,} bytes, {sent.peak_memory_mib} MiB of memory")


if __name__ == "__main__":
    typer.run(main)
