"""A modelled Windows of a test's own, and Mintage's ways into it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mintage.remote.winrm import WinrmRemote
from tests.support.windows_guest import WayIn, WindowsGuest


@pytest.fixture
def guest(tmp_path: Path) -> Iterator[WindowsGuest]:
    guest = WindowsGuest(tmp_path / "guest")
    yield guest
    guest.close()


@pytest.fixture
def way_in(guest: WindowsGuest) -> WayIn:
    return WayIn(guest)


@pytest.fixture
def remote(way_in: WayIn) -> Iterator[WinrmRemote]:
    with way_in.log_in() as remote:
        yield remote


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks come one after the other, and servicing that has ended counts as ended at once."""
    monkeypatch.setattr("mintage.powershell.servicing.QUIET_SECONDS", 0)
    monkeypatch.setattr("mintage.generalize.windows.preflight._PAUSE_SECONDS", 0.05)
