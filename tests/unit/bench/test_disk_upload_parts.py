"""What the bench of disk uploads stands on: a disk that is one, and a port that counts truly."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

from bench.relay import relaying
from bench.sparse_disk import MIB, write_vhd
from mintage.vhd import open_image


def test_the_disk_is_a_vhd_with_holes_that_a_machine_could_boot_from(tmp_path: Path) -> None:
    file = tmp_path / "disk.vhd"
    write_vhd(file, 256 * MIB)
    with open_image(file, generation="V1", seconds=60) as image:
        assert image.size == 256 * MIB
        # Four files of 3 MiB, twelve of 64 KiB between them, the boot sector's block and the footer.
        assert image.allocated == 4 * 3 * MIB + 13 * 64 * 1024 + 512
    assert file.stat().st_blocks * 512 < 16 * MIB


def test_the_relay_passes_everything_on_and_counts_what_clients_send() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        echoing = threading.Thread(target=_echo_once, args=(server,))
        echoing.start()
        with relaying(server.getsockname()[1]) as relay:
            with socket.create_connection(("127.0.0.1", relay.port), timeout=10) as client:
                client.sendall(b"x" * 100_000)
                client.shutdown(socket.SHUT_WR)
                back = b"".join(iter(lambda: client.recv(65_536), b""))
            assert (back, relay.sent) == (b"x" * 100_000, 100_000)
        echoing.join(10)


def _echo_once(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        while data := connection.recv(65_536):
            connection.sendall(data)
