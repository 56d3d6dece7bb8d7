"""The model guest's init: boots it, runs what SSH and sudo ask for, and ends when the machine is turned off.

Its standard input is the hypervisor's control socket; when that closes the power is cut.
"""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from localazure.hypervisor import messages
from localazure.hypervisor.instant.userland import boot, first_boot, logins, sessions
from localazure.hypervisor.instant.userland.loop import Loop
from localazure.hypervisor.instant.userland.services import Services
from localazure.hypervisor.instant.userland.visitors import Visitors

_CONSOLE = "/dev/console"
_CONSOLE_CHUNK = 16_384
_CONNECT_SECONDS = 2.0
_LARGEST_KEY_FILE = 100_000
_SHUT_DOWN_SECONDS = 1.0


class Init:
    def __init__(self, host: socket.socket) -> None:
        self._host = host
        self._loop = Loop()
        self._services = Services(self._loop, self._service_changed)
        self._visitors = Visitors(self._loop, self._services, lambda to: self._tell(event="power", to=to))
        self._running: dict[int, int] = {}
        self._calls: dict[str, Callable[[dict[str, Any], list[int]], dict[str, Any]]] = {
            "boot": self._boot,
            "run": self._run,
            "signal": self._signal,
            "log_in": self._log_in,
            "replace_host_keys": self._replace_host_keys,
            "pause": self._pause,
            "resume": self._resume,
            "shut_down": self._shut_down,
        }
        self._loop.on_readable(host, self._hear_host)
        self._console = _open_console()
        self._loop.on_readable(self._console, self._hear_console)

    def run(self) -> None:
        self._loop.run()

    def _tell(self, descriptors: list[int] | None = None, **message: Any) -> None:
        messages.send(self._host, message, descriptors)

    def _hear_host(self) -> None:
        message, descriptors = messages.receive(self._host)
        if message is None:
            self._loop.stop()
            return
        try:
            self._answer(message, descriptors)
        finally:
            for number in descriptors:
                os.close(number)

    def _hear_console(self) -> None:
        self._tell(event="console", text=os.read(self._console, _CONSOLE_CHUNK).decode(errors="replace"))

    def _answer(self, message: dict[str, Any], descriptors: list[int]) -> None:
        if message["call"] == "connect":
            self._connect(message)
            return
        try:
            reply = self._calls[message["call"]](message, descriptors)
        except (OSError, KeyError, ValueError) as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        self._tell(reply=message["id"], **reply)

    def _boot(self, message: dict[str, Any], _: list[int]) -> dict[str, Any]:
        parameters = boot.Parameters(**message["parameters"])
        booted = boot.boot(parameters, lambda text: self._tell(event="console", text=text))
        for unit in boot.units_to_start():
            self._services.start(unit, lambda _: None)
        return {"provisioned": booted.provisioned, "host_keys": booted.host_keys}

    def _service_changed(self, unit: str, active: bool) -> None:
        self._tell(event="service", unit=unit, active=active)

    def _run(self, message: dict[str, Any], descriptors: list[int]) -> dict[str, Any]:
        account = logins.Account(**message["account"])
        command, name = message["command"], Path(account.shell).name
        argv = [f"-{name}"] if command is None else [name, "-c", command]
        environment = logins.login_environment(account) | message["environment"]
        streams = (descriptors[0], descriptors[1], descriptors[2])
        work = sessions.Work(argv, account, environment, None, streams, message["terminal"], account.shell)
        child = sessions.start(work)
        self._running[message["id"]] = child.pid
        self._loop.on_exit(child, lambda code: self._ended(message["id"], code))
        return {}

    def _ended(self, session: int, code: int) -> None:
        del self._running[session]
        self._tell(event="exit", session=session, code=code)

    def _signal(self, message: dict[str, Any], _: list[int]) -> dict[str, Any]:
        if message["session"] in self._running:
            os.killpg(self._running[message["session"]], signal.Signals[f"SIG{message['name']}"])
        return {}

    def _log_in(self, message: dict[str, Any], _: list[int]) -> dict[str, Any]:
        account = logins.account(message["user"])
        keys = Path(account.home) / ".ssh/authorized_keys"
        return {"account": account._asdict(), "authorized_keys": keys.read_text()[:_LARGEST_KEY_FILE]}

    def _replace_host_keys(self, message: dict[str, Any], _: list[int]) -> dict[str, Any]:
        first_boot.replace_host_keys(message["keys"])
        return {"host_keys": boot.host_keys()}

    def _connect(self, message: dict[str, Any]) -> None:
        try:
            with socket.create_connection(("127.0.0.1", message["port"]), _CONNECT_SECONDS) as connection:
                connection.setblocking(False)
                self._tell([connection.fileno()], reply=message["id"])
        except OSError as error:
            self._tell(reply=message["id"], error=str(error))

    def _pause(self, _: dict[str, Any], __: list[int]) -> dict[str, Any]:
        _everybody(signal.SIGSTOP)
        return {}

    def _resume(self, _: dict[str, Any], __: list[int]) -> dict[str, Any]:
        _everybody(signal.SIGCONT)
        return {}

    def _shut_down(self, _: dict[str, Any], __: list[int]) -> dict[str, Any]:
        self._visitors.close()
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGCONT):
            _everybody(number)
        _reap(time.monotonic() + _SHUT_DOWN_SECONDS)
        boot.log_end()
        self._loop.stop()
        return {}


def _open_console() -> int:
    """What the guest writes to its console comes out here."""
    os.mkfifo(_CONSOLE, 0o600)
    # Open both ways, so that it never comes to an end when a writer goes.
    return os.open(_CONSOLE, os.O_RDWR | os.O_NONBLOCK)


def _everybody(number: signal.Signals) -> None:
    try:
        os.kill(-1, number)
    except ProcessLookupError:
        # Nobody else runs.
        return


def _reap(deadline: float) -> None:
    """Give processes until the deadline to end in good order; what is left then ends with the guest."""
    while time.monotonic() < deadline:
        try:
            ended, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not ended:
            time.sleep(0.002)


def main(_: list[str]) -> int:
    with socket.socket(fileno=0) as host:
        Init(host).run()
    return 0
