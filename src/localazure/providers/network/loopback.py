"""Addresses that stand for public ones: loopback addresses of this host, one for each public IP address."""

from __future__ import annotations

import errno
import logging
import secrets
import socket

from localazure.arm.errors import CloudError

log = logging.getLogger("localazure.network")

_TRIES = 50


def choose_address(taken: set[str], port_offset: int) -> str:
    """An address in 127.0.0.0/8 on which guest port 22 can be answered now, at 22 + ``port_offset``.

    Chosen at random, so that servers that know nothing of each other do not meet; 127.0.0.0/15 is left to the host's
    own names. Raises CloudError when the host refuses the port on every address.
    """
    failure: OSError | None = None
    for _ in range(_TRIES):
        address = f"127.{2 + secrets.randbelow(253)}.{secrets.randbelow(256)}.{1 + secrets.randbelow(254)}"
        if address in taken:
            continue
        failure = _refusal(address, 22 + port_offset)
        if failure is None:
            return address
        if failure.errno == errno.EACCES:
            break
    raise _no_address(22 + port_offset, failure)


def _refusal(address: str, port: int) -> OSError | None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        try:
            probe.bind((address, port))
        except OSError as error:
            return error
    return None


def _no_address(port: int, failure: OSError | None) -> CloudError:
    seen = failure.strerror if failure else "all chosen ones are taken"
    message = (
        f"No loopback address can answer on port {port}: {seen}. Start localazure with --guest-port-offset "
        "(for example 10000), or as a user who may use the port."
    )
    log.error("%s", message)
    return CloudError(500, "PublicIPAddressAllocationFailed", message)
