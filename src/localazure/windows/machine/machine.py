"""One Windows on one disk folder: ``files/C/...`` and ``machine.json``."""

from __future__ import annotations

import os
import threading
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from localazure.pace import Pace
from localazure.windows.machine.accounts import Accounts
from localazure.windows.machine.appx import Appx
from localazure.windows.machine.certificates import Certificates
from localazure.windows.machine.cim import Cim
from localazure.windows.machine.environment import Environment
from localazure.windows.machine.events import Events
from localazure.windows.machine.features import Features
from localazure.windows.machine.files import FileSystem
from localazure.windows.machine.identity import Identity
from localazure.windows.machine.licensing import Licensing
from localazure.windows.machine.network import Network
from localazure.windows.machine.power import Power
from localazure.windows.machine.processes import Processes, ProgramTable
from localazure.windows.machine.profiles import Profiles
from localazure.windows.machine.registry import Registry
from localazure.windows.machine.services import Services
from localazure.windows.machine.servicing import Servicing
from localazure.windows.machine.state import MachineState
from localazure.windows.machine.tasks import Tasks
from localazure.windows.machine.tokens import Token
from localazure.windows.machine.updates import Updates
from localazure.windows.machine.volumes import Volumes
from localazure.windows.machine.waiting import Time


class Machine:
    """Its areas may be used from several threads; ``lock`` is one for all of them and re-entrant.

    What is changed lasts when :meth:`save` was called.
    """

    def __init__(
        self,
        disk: Path,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        pace: Pace = Pace(),  # noqa: B008 - frozen
        programs: ProgramTable | None = None,
    ) -> None:
        """Read the machine from a disk folder. Raises FileNotFoundError when no Windows is on it."""
        self.disk, self.lock, self.time = disk, threading.RLock(), Time(clock, pace)
        self._closed = False
        self.state = MachineState.model_validate_json((disk / "machine.json").read_bytes())
        self.registry = Registry(self.state.registry, self.lock)
        self.files = FileSystem(disk / "files", self.state.attributes, clock=clock, lock=self.lock, capacity=self._room)
        self.identity = Identity(self.registry, self.files)
        self.users = Accounts(self.state.accounts, lambda: self.name, self.time.now, self.lock)
        self.profiles = Profiles(self.registry, self.files)
        self.environment = Environment(self.registry)
        self.services = Services(self.registry, self.time, self.lock)
        self.events = Events(self.state.events, self.time, self.lock)
        self.licensing = Licensing(self.state.licensing, self.registry)
        self.power = Power(self.time)
        self.processes = Processes(self, programs or ProgramTable())
        self.servicing = Servicing(self.registry, self.processes, self.time)
        self.tasks = Tasks(self.state.tasks, self)
        self.features = Features(self.state.features, self.services, self.servicing, self.files, self.lock)
        self.appx = Appx(self.state.appx, self.lock)
        self.volumes = Volumes(self.state.volumes, self.time, self.lock)
        self.network = Network(self.state.network, self.lock)
        self.certificates = Certificates(self.state.certificates, self.time, self.lock)
        self.updates = Updates(self.state.updates, self)
        self.cim = Cim(self)
        self.before_sysprep: Callable[[], None] = lambda: None
        """Called when Sysprep begins to generalize."""

    @property
    def name(self) -> str:
        return self.identity.name

    @property
    def image_state(self) -> str:
        return self.identity.image_state

    @property
    def boot_time(self) -> datetime | None:
        """None while the machine is off."""
        return self.state.boot_time

    def variables(self, user: Token) -> dict[str, str]:
        """The environment of a new process of the user; makes the profile of one who was never logged on."""
        return self.environment.of(user, self.name, self.profiles.load(user))

    def close(self) -> None:
        """The machine is off for good: what a thread of it still does reaches the disk no more."""
        with self.lock:
            self.save()
            self._closed = True
            self.files.seal()

    def save(self) -> None:
        """Write ``machine.json``, whole or not at all."""
        with self.lock:
            if self._closed:
                return
            self.state.registry = self.registry.to_json()
            write_state(self.disk, self.state)

    def _room(self, drive: str) -> int:
        return self.volumes.room(drive)


def write_state(disk: Path, state: MachineState) -> None:
    new = disk / f".machine.json.{uuid.uuid4().hex}"
    # It holds private keys and stored passwords, as a Windows disk does.
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(state.model_dump_json(exclude_defaults=True))
    new.replace(disk / "machine.json")
