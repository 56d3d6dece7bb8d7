"""Who is let in, by whom, and what is said when it does not come to that."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncssh
import pytest

from mintage.errors import DeadlinePassed, HostKeyMismatch, LoginRefused, SettingsError
from mintage.remote.login import fingerprint
from mintage.remote.ssh import SshRemote, connect
from tests.support.ssh_server import SshServer


def _soon(seconds: float = 1.5) -> float:
    return time.monotonic() + seconds


def _public(key: asyncssh.SSHKey) -> str:
    return " ".join(key.export_public_key().decode().split()[:2])


@contextmanager
def _port_that(does: Callable[[socket.socket], object]) -> Iterator[int]:
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection = listener.accept()[0]
            except OSError:
                return
            does(connection)
            connection.close()

    thread = threading.Thread(target=serve)
    thread.start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()


def test_a_host_with_another_key_is_refused_at_once_with_both_fingerprints(server: SshServer) -> None:
    expected = _public(asyncssh.generate_private_key("ssh-ed25519"))
    address = server.address.model_copy(update={"host_key": expected})
    started = time.monotonic()
    with pytest.raises(HostKeyMismatch) as refusal:
        connect(address, server.private_key, deadline=_soon(60))
    assert time.monotonic() - started < 5
    assert fingerprint(expected) in refusal.value.seen
    assert fingerprint(server.address.host_key) in refusal.value.seen
    assert not refusal.value.transient


def test_a_host_without_a_key_of_the_expected_type_is_refused_at_once(server: SshServer) -> None:
    expected = _public(asyncssh.generate_private_key("ecdsa-sha2-nistp256"))
    address = server.address.model_copy(update={"host_key": expected})
    with pytest.raises(HostKeyMismatch, match="no key of type ecdsa-sha2-nistp256"):
        connect(address, server.private_key, deadline=_soon(60))


def test_the_wrong_user_is_refused_after_the_grace_that_a_booting_guest_gets(server: SshServer) -> None:
    address = server.address.model_copy(update={"user": "nobody-we-know"})
    with pytest.raises(LoginRefused, match="refuses the login") as refusal:
        connect(address, server.private_key, deadline=_soon(60), login_grace=1.0)
    assert "nobody-we-know@127.0.0.1" in refusal.value.where
    assert not refusal.value.transient


def test_a_user_let_in_late_is_waited_for(server: SshServer) -> None:
    authorized, server._authorized = server._authorized, asyncssh.import_authorized_keys("")

    def let_in(seconds: float) -> None:
        server._authorized = authorized
        time.sleep(0)

    connect(server.address, server.private_key, deadline=_soon(10), sleep=let_in).close()


def test_a_port_nobody_listens_at_is_waited_for_and_named(server: SshServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    address = server.address.model_copy(update={"port": port})
    with pytest.raises(DeadlinePassed, match="refuses connections") as refusal:
        connect(address, server.private_key, deadline=_soon())
    assert str(port) in refusal.value.where


@pytest.mark.parametrize(
    ("behaviour", "said"),
    [
        (lambda connection: connection.sendall(b"HTTP/1.1 400 Bad Request\r\n"), "something else than SSH"),
        (lambda connection: None, "closed it"),
    ],
    ids=["another protocol", "closes at once"],
)
def test_a_port_where_no_ssh_answers_is_described(
    server: SshServer, behaviour: Callable[[socket.socket], object], said: str
) -> None:
    with _port_that(behaviour) as port:
        address = server.address.model_copy(update={"port": port})
        with pytest.raises(DeadlinePassed, match=said):
            connect(address, server.private_key, deadline=_soon())


def test_a_silent_port_is_told_apart(server: SshServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mintage.remote.banner._BANNER_TIMEOUT", 0.3)
    with _port_that(lambda connection: time.sleep(1)) as port:
        address = server.address.model_copy(update={"port": port})
        with pytest.raises(DeadlinePassed, match="was silent"):
            connect(address, server.private_key, deadline=_soon(0.5))


def test_neither_the_agent_nor_the_keys_of_this_machine_are_used(
    server: SshServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The right key lies where ssh would look for it; the one given is another.
    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh" / "id_ed25519").write_text(server.private_key)
    monkeypatch.setenv("HOME", str(tmp_path))
    other = asyncssh.generate_private_key("ssh-ed25519").export_private_key("openssh").decode()
    with pytest.raises(LoginRefused):
        connect(server.address, other, deadline=_soon(20), login_grace=0.5)


def test_a_private_key_that_cannot_be_used_is_not_shown(server: SshServer) -> None:
    with pytest.raises(SettingsError) as refusal:
        connect(server.address, "not a key", deadline=_soon())
    assert "not a key" not in str(refusal.value)


def test_the_host_is_known_again_after_its_connections_were_cut(remote: SshRemote, server: SshServer) -> None:
    server.drop_connections()
    with pytest.raises(DeadlinePassed, match="boot id is still"):
        remote.wait_for_reboot(Path("/proc/sys/kernel/random/boot_id").read_text().strip(), _soon(3))


def test_a_reboot_is_another_boot_id(remote: SshRemote) -> None:
    remote.wait_for_reboot("00000000-the-boot-before", _soon(3))
