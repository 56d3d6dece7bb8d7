"""A file into Windows: Mintage's way against one ``echo base64 >>`` command for every 6 KB, on the same guest.

The guest is localazure's model, so the seconds say nothing of Windows; round trips and bytes are what they are there,
and the ratio is between two ways through the same service.
"""

from __future__ import annotations

import base64
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from unittest import mock

import requests
from pydantic import BaseModel, ConfigDict

from deployments.local_stack.stack import ROOT
from deployments.verify_windows.plan import plan_of
from deployments.verify_windows.site import Shell, Site, provisioned
from mintage.azure.clean_up import clean_up
from mintage.azure.clients import Clients
from mintage.credentials import BuildKeys
from mintage.settings import load_settings

RECIPE = ROOT / "deployments/recipes/windows-server-2022.yaml"
_STREAMED = 32 * 1024 * 1024
_ECHOED = 120 * 1024
_CHUNK = 6000
"""Bytes: 8,000 in base64, which with the rest of the command is what a Windows command line holds (8,191)."""
_SECONDS = 60


class Way(BaseModel):
    """What it took to bring ``size`` bytes of a file into the guest."""

    model_config = ConfigDict(frozen=True)

    size: int
    seconds: float
    round_trips: int
    bytes_per_second: float
    bytes_per_round_trip: float


class Uploads(BaseModel):
    """Both ways, and how many times faster Mintage's is."""

    model_config = ConfigDict(frozen=True)

    guest: str
    streamed: Way
    echoed: Way
    times_faster: float
    times_fewer_round_trips: float


@dataclass
class _Trips:
    count: int = 0


def measure_uploads(clients: Clients) -> Uploads:
    """Make a Windows machine on localazure, bring files into it both ways, and remove it."""
    plan = plan_of(RECIPE)
    keys = BuildKeys(secrets.token_bytes(32), plan.build_id)
    try:
        site = provisioned(load_settings(), clients, plan, keys, print)
        with closing(site.remote()):
            return _compared(site)
    finally:
        clean_up(clients, plan)


def _compared(site: Site) -> Uploads:
    streamed, echoed = _streamed(site), _echoed(site)
    return Uploads(
        guest="a model of Windows",
        streamed=streamed,
        echoed=echoed,
        times_faster=round(streamed.bytes_per_second / echoed.bytes_per_second, 1),
        times_fewer_round_trips=round(streamed.bytes_per_round_trip / echoed.bytes_per_round_trip, 1),
    )


def _streamed(site: Site) -> Way:
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_bytes(secrets.token_bytes(_STREAMED))
        with _measured() as trips:
            began = time.monotonic()
            site.remote().send_file(Path(file.name), PureWindowsPath(r"C:\Windows\Temp\streamed.bin"))
            return _way(_STREAMED, time.monotonic() - began, trips)


def _echoed(site: Site) -> Way:
    content = secrets.token_bytes(_ECHOED)
    with closing(site.shell()) as shell, _measured() as trips:
        began = time.monotonic()
        for start in range(0, len(content), _CHUNK):
            _echo(shell, content[start : start + _CHUNK])
        return _way(_ECHOED, time.monotonic() - began, trips)


def _echo(shell: Shell, chunk: bytes) -> None:
    line = rf"echo {base64.b64encode(chunk).decode()}>> C:\Windows\Temp\echoed.b64"
    code = shell.run(line, time.monotonic() + _SECONDS, _ignore, _ignore)
    if code:
        message = f"echo ended with {code}"
        raise RuntimeError(message)


def _way(size: int, seconds: float, trips: _Trips) -> Way:
    return Way(
        size=size,
        seconds=round(seconds, 3),
        round_trips=trips.count,
        bytes_per_second=round(size / seconds, 1),
        bytes_per_round_trip=round(size / trips.count, 1),
    )


@contextmanager
def _measured() -> Iterator[_Trips]:
    """Count the requests that pywinrm makes of requests, those of logging in included."""
    trips, send = _Trips(), requests.Session.send

    def counted(*arguments: object, **options: object) -> object:
        trips.count += 1
        return send(*arguments, **options)  # type: ignore[arg-type]

    with mock.patch.object(requests.Session, "send", counted):
        yield trips


def _ignore(data: bytes) -> None:
    """What echo says is nothing."""
