"""Addresses that stand for public ones are this host's own, free, and as good as never chosen twice."""

from __future__ import annotations

import ipaddress
import socket

import pytest

from localazure.arm.errors import CloudError
from localazure.providers.network.loopback import choose_address

OFFSET = 20000


def test_addresses_are_loopback_ones_away_from_the_hosts_own() -> None:
    chosen = {choose_address(set(), OFFSET) for _ in range(200)}
    assert len(chosen) == 200
    for address in map(ipaddress.IPv4Address, chosen):
        assert address in ipaddress.IPv4Network("127.0.0.0/8")
        assert address not in ipaddress.IPv4Network("127.0.0.0/15")
        assert address not in ipaddress.IPv4Network("127.255.0.0/16")


def test_a_port_that_is_taken_everywhere_is_said_with_the_way_out() -> None:
    with socket.socket() as taker:
        taker.bind(("0.0.0.0", 0))  # noqa: S104 - the point is to take the port on every address
        taker.listen()
        with pytest.raises(CloudError) as error:
            choose_address(set(), taker.getsockname()[1] - 22)
    assert error.value.code == "PublicIPAddressAllocationFailed"
    assert "--guest-port-offset" in error.value.message
    assert "Address already in use" in error.value.message
