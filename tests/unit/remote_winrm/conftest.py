"""Guests to talk to over WinRM, behind the real server."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mintage.artifacts import WinrmAddress
from mintage.credentials import Secret
from mintage.remote.winrm import Credential, WinrmRemote, connect
from tests.support.winrm_certificates import SelfSigned, self_signed
from tests.support.winrm_relay import Relay
from tests.support.winrm_sh_guest import ShHost
from tests.support.winrm_site import PASSWORD, USER, Site


@pytest.fixture(scope="session")
def identities() -> tuple[SelfSigned, SelfSigned]:
    return self_signed("vm-under-test"), self_signed("builder", for_client=True)


@pytest.fixture
def site(identities: tuple[SelfSigned, SelfSigned], tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path, *identities, host=ShHost())
    yield made
    made.close()


@pytest.fixture
def relay(site: Site) -> Iterator[Relay]:
    relay = Relay(site.ports["https"])
    yield relay
    relay.close()


@pytest.fixture
def address(site: Site, relay: Relay) -> WinrmAddress:
    return WinrmAddress(host="127.0.0.1", port=relay.port, user=USER, certificate=site.identity.certificate.decode())


@pytest.fixture
def credential() -> Credential:
    return Credential(Secret(PASSWORD))


@pytest.fixture
def remote(address: WinrmAddress, credential: Credential) -> Iterator[WinrmRemote]:
    with connect(address, credential, deadline=time.monotonic() + 10) as remote:
        yield remote
