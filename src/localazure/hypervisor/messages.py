"""One JSON object and any file descriptors per packet: how a driver, its model guests and their programs talk.

Only the standard library: this file also runs inside the guests.
"""

from __future__ import annotations

import json
import socket
from typing import Any

LARGEST = 192 * 1024
"""Bytes in one packet; Linux passes at most 128 KiB as one argument of a program, so a command always fits."""
MOST_DESCRIPTORS = 8


def send(to: socket.socket, message: dict[str, Any], descriptors: list[int] | None = None) -> None:
    """Raises OSError when the other side is gone or the packet is larger than the socket takes."""
    socket.send_fds(to, [json.dumps(message).encode()], descriptors or [])


def receive(source: socket.socket) -> tuple[dict[str, Any] | None, list[int]]:
    """The next message and its descriptors, which the caller closes; None at the end of the conversation."""
    try:
        data, descriptors, _, _ = socket.recv_fds(source, LARGEST, MOST_DESCRIPTORS)
    except ConnectionResetError:
        return None, []
    if not data:
        return None, []
    message: dict[str, Any] = json.loads(data)
    return message, descriptors
