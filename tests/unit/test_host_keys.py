"""Host keys read from what a machine printed to its serial console."""

from __future__ import annotations

import asyncssh
import pytest

from mintage.host_keys import from_serial_log

ED25519, RSA, ECDSA = (
    " ".join(asyncssh.generate_private_key(kind).export_public_key().decode().split()[:2])
    for kind in ("ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256")
)
OTHER = " ".join(asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().split()[:2])


def _block(*keys: str) -> str:
    lines = [f"{key} root@vm" for key in keys]
    return "\n".join(["-----BEGIN SSH HOST KEY KEYS-----", *lines, "-----END SSH HOST KEY KEYS-----", ""])


def test_all_keys_are_read_among_other_output() -> None:
    log = f"[    0.000000] Linux version 6.1\nci-info: no authorized keys\n{_block(ECDSA, ED25519, RSA)}login: "
    assert from_serial_log(log) == (ECDSA, ED25519, RSA)


def test_carriage_returns_and_prefixes_do_not_matter() -> None:
    log = _block(ED25519).replace("\n", "\r\n").replace("ssh-", "<14>Nov 23 07:00:00 cloud-init: ssh-", 1)
    assert from_serial_log(log) == (ED25519,)


def test_the_last_boot_counts() -> None:
    assert from_serial_log(_block(OTHER) + "[    1.000000] reboot\n" + _block(ED25519)) == (ED25519,)


def test_a_block_that_is_still_being_printed_does_not_count_yet() -> None:
    unfinished = _block(OTHER).partition("-----END")[0]
    assert from_serial_log(_block(ED25519) + unfinished) == (ED25519,)
    assert from_serial_log(unfinished) == ()


@pytest.mark.parametrize("place", [3, 20, 40, 70])
def test_a_message_of_the_kernel_within_a_key_is_taken_out(place: int) -> None:
    message = "[   31.234567] hv_balloon: Max. dynamic memory size: 4096 MB\n"
    torn = ED25519[:place] + message + ED25519[place:]
    assert from_serial_log(_block(torn, RSA)) == tuple(sorted({ED25519, RSA}, key=[RSA, ED25519].index))


def test_messages_between_the_keys_do_not_matter() -> None:
    log = _block(ED25519, "[   31.234567] random: crng init done", RSA)
    assert from_serial_log(log) == (ED25519, RSA)


@pytest.mark.parametrize(
    "damage",
    [ED25519[:-8], ED25519[:40] + "x" + ED25519[41:-2] + "!!", ED25519 + "AAAA"],
    ids=["cut short", "garbled", "too long"],
)
def test_a_key_that_is_not_whole_is_left_out(damage: str) -> None:
    assert ED25519 not in from_serial_log(_block(damage))
    assert from_serial_log(_block(damage, RSA)) == (RSA,)


def test_nothing_is_there_before_the_keys_are_printed() -> None:
    assert from_serial_log("[    0.000000] Linux version 6.1\n") == ()
