"""The services on real sockets."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from localazure.guest.reports import GuestReports
from localazure.guest.run_command import ScriptDesk
from localazure.guest.scheduled_events import ScheduledEvents
from localazure.guest.services import SOCKETS, GuestServices, socket_path
from localazure.hypervisor.base import GuestIdentity


@pytest.fixture
def services() -> Iterator[GuestServices]:
    made = GuestServices()
    yield made
    made.shutdown()


def name_of(folder: Path) -> str:
    with httpx.Client(transport=httpx.HTTPTransport(uds=str(socket_path(folder, "imds")))) as client:
        url = "http://169.254.169.254/metadata/instance/compute/name?api-version=2021-08-01&format=text"
        return client.get(url, headers={"Metadata": "true"}).text


def test_each_machine_has_its_own_and_opening_again_replaces(
    services: GuestServices, identity: GuestIdentity, tmp_path: Path
) -> None:
    for name in ("one", "two", "two"):
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        services.open(
            folder,
            identity.model_copy(update={"name": name}),
            GuestReports(folder / "report.json"),
            ScriptDesk(),
            ScheduledEvents(folder / "events.json"),
        )
    assert [name_of(tmp_path / "one"), name_of(tmp_path / "two")] == ["one", "two"]
    for _ in range(2):
        services.close(tmp_path / "one")
    assert not any(socket_path(tmp_path / "one", name).exists() for name in SOCKETS)
    assert name_of(tmp_path / "two") == "two"
