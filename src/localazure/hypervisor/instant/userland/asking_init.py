"""How a program of the guest asks init for something."""

from __future__ import annotations

import socket
import sys
from typing import Any

from localazure.hypervisor import messages

INIT_SOCKET = "/run/model-init.sock"
"""Where the guest's programs reach its init."""


def connect() -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    connection.connect(INIT_SOCKET)
    return connection


def ask(**question: Any) -> dict[str, Any]:
    """The answer; ``refused`` in it says why not. Ends the program when the guest goes down before it answers."""
    with connect() as connection:
        messages.send(connection, question)
        answer, _ = messages.receive(connection)
    if answer is None:
        sys.exit(1)
    return answer
