"""A modelled Windows to talk to over WinRM: one for the tests of a file, which leave it as it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mintage.artifacts import WinrmAddress
from mintage.credentials import Secret
from mintage.remote.winrm import Credential, WinrmRemote
from tests.support.windows_guest import PASSWORD, WayIn, WindowsGuest
from tests.support.winrm_relay import Relay


@pytest.fixture(scope="module")
def guest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WindowsGuest]:
    guest = WindowsGuest(tmp_path_factory.mktemp("guest"))
    guest.take_time()
    yield guest
    guest.close()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[WindowsGuest]:
    """A guest that a test may do anything to; what takes time in Windows takes none in it."""
    guest = WindowsGuest(tmp_path / "fresh")
    yield guest
    guest.close()


@pytest.fixture(scope="module")
def opened(guest: WindowsGuest) -> WinrmAddress:
    return WayIn(guest).address()


@pytest.fixture
def relay(guest: WindowsGuest) -> Iterator[Relay]:
    relay = Relay(guest.port)
    yield relay
    relay.close()


@pytest.fixture
def address(opened: WinrmAddress, relay: Relay) -> WinrmAddress:
    return opened.model_copy(update={"port": relay.port})


@pytest.fixture
def credential() -> Credential:
    return Credential(Secret(PASSWORD))


@pytest.fixture
def remote(guest: WindowsGuest, address: WinrmAddress) -> Iterator[WinrmRemote]:
    with WayIn(guest).log_in(address) as remote:
        yield remote
