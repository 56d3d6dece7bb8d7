"""What programs of the guest ask of its init: to run something as root, to start a service, to turn the machine off."""

from __future__ import annotations

import errno
import os
import signal
import socket
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from localazure.hypervisor import messages
from localazure.hypervisor.instant.userland import logins, sessions, sudoers
from localazure.hypervisor.instant.userland.asking_init import INIT_SOCKET
from localazure.hypervisor.instant.userland.loop import Loop
from localazure.hypervisor.instant.userland.services import Services

_CREDENTIALS = struct.Struct("3i")


class _Visitor:
    def __init__(self, connection: socket.socket, uid: int) -> None:
        self.connection, self.uid = connection, uid
        self.children: list[subprocess.Popen[bytes]] = []

    def answer(self, **message: Any) -> None:
        try:
            messages.send(self.connection, message)
        except OSError:
            # It went away before its answer came; what it asked for is done all the same.
            return


class Visitors:
    def __init__(self, loop: Loop, services: Services, power: Callable[[str], None]) -> None:
        self._loop, self._services, self._power = loop, services, power
        self._present: list[_Visitor] = []
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._listener.bind(INIT_SOCKET)
        # Everybody may ask; who asks is what the kernel says.
        Path(INIT_SOCKET).chmod(0o666)
        self._listener.listen(64)
        loop.on_readable(self._listener, self._welcome)

    def _welcome(self) -> None:
        connection, _ = self._listener.accept()
        raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        visitor = _Visitor(connection, _CREDENTIALS.unpack(raw)[1])
        self._present.append(visitor)
        self._loop.on_readable(connection, lambda: self._listen_to(visitor))

    def close(self) -> None:
        """The guest goes down: nobody gets an answer any more."""
        for visitor in self._present:
            visitor.connection.close()

    def _listen_to(self, visitor: _Visitor) -> None:
        try:
            message, descriptors = messages.receive(visitor.connection)
        except (OSError, ValueError):
            message, descriptors = None, []
        if message is None:
            self._goodbye(visitor)
        else:
            self._serve(visitor, message, descriptors)
        for number in descriptors:
            os.close(number)

    def _goodbye(self, visitor: _Visitor) -> None:
        self._loop.forget(visitor.connection)
        self._present.remove(visitor)
        visitor.connection.close()
        for child in visitor.children:
            _kill(child, signal.SIGHUP)

    def _serve(self, visitor: _Visitor, message: dict[str, Any], descriptors: list[int]) -> None:
        ask = message.get("ask")
        if ask == "sudo":
            self._sudo(visitor, message, descriptors)
        elif ask == "signal":
            for child in visitor.children:
                _kill(child, signal.Signals(message["number"]))
        elif ask == "state":
            visitor.answer(state=self._services.state(message["unit"]), pid=self._services.pid(message["unit"]))
        elif ask == "failed":
            visitor.answer(failed=self._services.failed())
        elif visitor.uid != 0:
            visitor.answer(refused="Interactive authentication required.")
        else:
            self._serve_root(visitor, message)

    def _serve_root(self, visitor: _Visitor, message: dict[str, Any]) -> None:
        if message["ask"] == "start":
            self._services.start(message["unit"], lambda refused: visitor.answer(refused=refused))
        elif message["ask"] == "stop":
            self._services.stop(message["unit"])
            visitor.answer(refused=None)
        elif message["ask"] == "power":
            visitor.answer(refused=None)
            self._power(message["to"])

    def _sudo(self, visitor: _Visitor, message: dict[str, Any], descriptors: list[int]) -> None:
        who = next((name for name, uid in _users() if uid == visitor.uid), None)
        if who is None:
            # So it is after `waagent -deprovision+user`: the session goes on, its user is gone.
            visitor.answer(refused="you do not exist in the passwd database")
        elif not sudoers.allowed(who):
            visitor.answer(refused="a password is required")
        else:
            self._run_for(visitor, message, descriptors)

    def _run_for(self, visitor: _Visitor, message: dict[str, Any], descriptors: list[int]) -> None:
        streams = (descriptors[0], descriptors[1], descriptors[2])
        try:
            account = logins.account(message["user"])
            child = sessions.start(
                sessions.Work(message["argv"], account, message["environment"], message["directory"], streams)
            )
        except KeyError:
            visitor.answer(refused=f"unknown user {message['user']}")
        except OSError as error:
            reason = "command not found" if error.errno == errno.ENOENT else error.strerror
            visitor.answer(refused=f"{message['argv'][0]}: {reason}")
        else:
            visitor.children.append(child)
            self._loop.on_exit(child, lambda code: self._tell_end(visitor, child, code))

    def _tell_end(self, visitor: _Visitor, child: subprocess.Popen[bytes], code: int) -> None:
        visitor.children.remove(child)
        visitor.answer(exit=code)


def _kill(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    if child.poll() is None:
        os.killpg(child.pid, number)


def _users() -> list[tuple[str, int]]:
    fields = (line.split(":") for line in Path("/etc/passwd").read_text().splitlines())
    return [(words[0], int(words[2])) for words in fields if len(words) > 2 and words[2].isdigit()]
