"""A modelled Windows that is up in this process: its WinRM on loopback, Azure's Run Command, restarts.

It is what ``python -m localazure.windows.guest`` serves, without the process and the driver around it, so that a test
may put on the machine what it is about.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import socket
import threading
import time
import uuid
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from localazure.hypervisor.base import OsProfile
from localazure.pace import Pace
from localazure.windows.base_image.image import build_disk
from localazure.windows.guest.control import Control, Message, Refused
from localazure.windows.guest.mishaps import Mishaps
from localazure.windows.guest.parameters import Parameters
from localazure.windows.guest.run_command import RunCommand
from localazure.windows.guest.running import Running
from localazure.windows.machine.machine import Machine
from localazure.windows.winrm.server import WinRmServer
from localazure.windows.winrm.shells import Shell
from mintage.artifacts import WinrmAddress
from mintage.azure.access import RunningVm
from mintage.azure.access.windows import opened
from mintage.azure.run_command import run_script
from mintage.azure.together import finish
from mintage.credentials import BuildKeys, Secret
from mintage.remote.winrm import Auth, Credential, WinrmRemote, connect
from tests.support.identity import identity

ADDRESS, HTTPS = "127.0.0.1", 5986
USER, PASSWORD = "mintage", "Correct-Horse-1"
PATIENCE = 20.0
KEYS, BEGUN = BuildKeys(b"m" * 32, "0123456789ab"), datetime.now(UTC)
_GIB = 1 << 30


class Driver(Control):
    """The other end of the guest's control socket: what it says is kept for whoever waits for it."""

    def __init__(self) -> None:
        self._told = threading.Condition()
        self._said: list[Message] = []

    def wait_for(self, event: str, **details: object) -> Message:
        """Take the first such event out of what was said, or the next one."""
        with self._told:
            self._told.wait_for(lambda: self._find(event, details), PATIENCE)
            found = self._find(event, details)
            assert found, self._said
            self._said.remove(found)
            return found

    def _find(self, event: str, details: dict[str, object]) -> Message | None:
        return next((m for m in self._said if m.get("event") == event and details.items() <= m.items()), None)

    def _send(self, message: Message) -> None:
        with self._told:
            self._said.append(message)
            self._told.notify_all()


class WindowsGuest:
    """Provisioned with an administrator. ``port`` leads to what listens at 5986 in it, through restarts."""

    def __init__(
        self, folder: Path, *, image: Path | None = None, name: str = "vm-under-test", user: str = USER
    ) -> None:
        """``image`` is the disk of another one, which is copied; a new Windows when it is not given."""
        self.disk, self.user = folder / "disk", user
        if image is None:
            build_disk(self.disk)
        else:
            shutil.copytree(image, self.disk)
        self._driver = Driver()
        self._scripts = RunCommand(self._driver)
        self._numbers = itertools.count()
        profile = OsProfile(computer_name=name, admin_username=user, admin_password=PASSWORD)
        self._parameters = Parameters(
            disk=str(self.disk),
            disk_bytes=127 * _GIB,
            pace=0,
            vcpus=2,
            memory_mib=4096,
            identity=identity(name, os_type="Windows", os_profile=profile, vm_id=str(uuid.uuid4())),
            os_profile=profile,
        )
        self.boots = 0
        self._listener = socket.create_server((ADDRESS, 0))
        self.port = int(self._listener.getsockname()[1])
        self._running = Running(self._parameters, self._driver, Mishaps())
        self._life = threading.Thread(target=self._live, name="windows guest", daemon=True)
        self._life.start()
        threading.Thread(target=self._accept, name="windows guest's port", daemon=True).start()
        self.wait_until_up()

    @property
    def machine(self) -> Machine:
        """The one that is up; a restart makes another."""
        return self._running.machine

    @property
    def winrm(self) -> WinRmServer:
        """The service that answers, once somebody has connected."""
        server = self._running._gate._server
        assert server
        return server

    @property
    def shells(self) -> list[Shell]:
        return self.winrm._shells.of(USER)

    def restart(self) -> None:
        """Restart Windows, and return when it is up again."""
        boots = self.boots
        self.machine.power.request("restart")
        deadline = time.monotonic() + PATIENCE
        while self.boots == boots:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        self.wait_until_up()

    def power_off(self) -> None:
        self.take_time(0)
        self._running.shut_down()
        self._life.join(PATIENCE)

    def lose_shells(self) -> None:
        """What becomes of shells when the service decides to end them."""
        for shell in self.shells:
            self.winrm._shells.close(shell.id, USER)

    def take_time(self, pace: float = 1) -> None:
        """From now on what takes time in Windows takes as long here, or that part of it."""
        # All of the machine's parts have the same frozen object.
        object.__setattr__(self.machine.time, "pace", Pace(pace))

    def wait_until_up(self) -> None:
        self._driver.wait_for("provisioned")

    def run_command(self, text: str) -> tuple[str, str]:
        """What Run Command brings back of a script: the ends of its output and of its errors."""
        number, document = next(self._numbers), os.memfd_create("script")
        try:
            os.write(document, json.dumps({"text": text, "parameters": []}).encode())
            os.lseek(document, 0, os.SEEK_SET)
            self._scripts.start(self.machine, {"number": number}, [document])
        finally:
            os.close(document)
        ended = self._driver.wait_for("script_ended", number=number)
        assert ended["exit_code"] == 0, ended
        return ended["stdout"], ended["stderr"]

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.power_off()

    def _live(self) -> None:
        self.boots += 1
        while self._running.from_boot_to_end() == "restart":
            self.boots += 1
            self._running = Running(self._parameters, self._driver, Mishaps())

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with suppress(Refused):
                self._running.visit(HTTPS, connection)


class WayIn:
    """Mintage's own: through Run Command, by which it opens WinRM, and over that."""

    def __init__(self, guest: WindowsGuest) -> None:
        self._guest = guest
        self.sent: list[str] = []
        """The texts that Azure ran in the guest."""
        machines = SimpleNamespace(begin_run_command=self._begin_run_command)
        self.clients: Any = SimpleNamespace(compute=SimpleNamespace(virtual_machines=machines), poll_seconds=0.0)
        """Azure's, as far as Run Command needs them: the one VM there is is the guest."""

    def address(self, auth: Auth = "ntlm", port: int | None = None) -> WinrmAddress:
        """Open WinRM, and say where it answers with which certificate."""
        running, user = RunningVm("group", "vm", ADDRESS), self._guest.user
        opening = opened(self.clients, running, port or self._guest.port, user, self.credential(auth))
        return finish("vm", opening, seconds=PATIENCE)

    def credential(self, auth: Auth = "ntlm") -> Credential:
        certificate = KEYS.client_certificate(self._guest.user, BEGUN) if auth == "certificate" else None
        return Credential(Secret(PASSWORD), auth, certificate)

    def by_azure(self, text: str) -> str:
        return finish("vm", run_script(self.clients, "group", "vm", text), seconds=PATIENCE)

    def log_in(self, address: WinrmAddress | None = None, auth: Auth = "ntlm") -> WinrmRemote:
        deadline = time.monotonic() + PATIENCE
        return connect(address or self.address(auth), self.credential(auth), deadline=deadline)

    def _begin_run_command(self, _group: str, _name: str, body: Any) -> Any:
        self.sent.append("\n".join(body["script"]))
        out, err = self._guest.run_command(self.sent[-1])
        streams = [
            {"code": f"ComponentStatus/{stream}/succeeded", "message": text}
            for stream, text in (("StdOut", out), ("StdErr", err))
        ]
        return SimpleNamespace(done=lambda: True, result=lambda: {"value": streams})
