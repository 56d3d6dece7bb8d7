r"""Services: what they are is in the registry (``...\Services\<name>``), whether they run is in memory."""

from __future__ import annotations

import threading
from collections.abc import Callable

from localazure.windows.machine.errors import AlreadyExists, MachineError, NotFound
from localazure.windows.machine.registry import Registry
from localazure.windows.machine.registry_values import RegistryKind
from localazure.windows.machine.service_records import START_NUMBERS, Service, StartType, Status
from localazure.windows.machine.waiting import Time

__all__ = ["SERVICES_KEY", "Service", "Services", "StartType", "Status"]

SERVICES_KEY = r"HKLM\SYSTEM\CurrentControlSet\Services"
_DRIVER_TYPES = {1, 2}
_CANNOT_STOP = {"rpcss", "eventlog", "dcomlaunch", "rpceptmapper", "lsm", "samss", "power", "plugplay", "windefend"}
_START_SECONDS = 1.0


class Services:
    """Names are compared in any case. An unknown one raises NotFound (1060)."""

    def __init__(self, registry: Registry, time: Time, lock: threading.RLock) -> None:
        self._registry, self._time, self._lock = registry, time, lock
        self._status: dict[str, Status] = {}
        self.when_changed: list[Callable[[str, Status], None]] = []
        """Told a service's name and its new status."""

    def all(self) -> list[Service]:
        """Services and drivers by name."""
        found = [self._read(name) for name in self._registry.subkeys(SERVICES_KEY)]
        return sorted((service for service in found if service), key=lambda service: service.name.lower())

    def find(self, name: str) -> Service | None:
        """By name or display name."""
        found = self._read(name)
        return found or next((each for each in self.all() if each.display_name.lower() == name.lower()), None)

    def require(self, name: str) -> Service:
        found = self.find(name)
        if found is None:
            raise NotFound(name, 1060)
        return found

    def status(self, name: str) -> Status | None:
        """None for a service that is not there."""
        found = self._read(name)
        return found.status if found else None

    def start(self, name: str) -> None:
        """Start it and what it depends on.

        Raises:
            MachineError: 1058 disabled, 1056 runs already, 1068 something it depends on cannot start.
        """
        service = self.require(name)
        if service.start_type is StartType.DISABLED:
            raise MachineError(1058, service.name)
        if service.status is not Status.STOPPED:
            raise MachineError(1056, service.name)
        for other in service.depends_on:
            self._start_dependency(service.name, other)
        self._change(service.name, Status.START_PENDING)
        self._time.wait(_START_SECONDS)
        self._change(service.name, Status.RUNNING)

    def stop(self, name: str, *, force: bool = False) -> None:
        """Stop it; ``force`` stops what depends on it first.

        Raises:
            MachineError: 1062 does not run, 1052 takes no stop, 1051 others that run depend on it.
        """
        service = self.require(name)
        if service.status is Status.STOPPED:
            raise MachineError(1062, service.name)
        if not service.can_stop:
            raise MachineError(1052, service.name)
        dependents = [each for each in self.dependents(service.name) if each.status is not Status.STOPPED]
        if dependents and not force:
            raise MachineError(1051, service.name)
        for each in dependents:
            self.stop(each.name, force=True)
        self._change(service.name, Status.STOP_PENDING)
        self._time.wait(_START_SECONDS)
        self._change(service.name, Status.STOPPED)

    def dependents(self, name: str) -> list[Service]:
        return [each for each in self.all() if name.lower() in {other.lower() for other in each.depends_on}]

    def set_start_type(self, name: str, start_type: StartType, *, delayed: bool = False) -> None:
        key = self._key(self.require(name).name)
        self._registry.set(key, "Start", START_NUMBERS[start_type])
        self._registry.discard(key, "DelayedAutostart")
        if delayed:
            self._registry.set(key, "DelayedAutostart", 1)

    def create(  # noqa: PLR0913 - what a service is made of
        self,
        name: str,
        image_path: str,
        *,
        display_name: str = "",
        description: str = "",
        start_type: StartType = StartType.MANUAL,
        account: str = "LocalSystem",
        depends_on: tuple[str, ...] = (),
        delayed: bool = False,
        is_driver: bool = False,
    ) -> None:
        """Raises AlreadyExists (1073)."""
        with self._lock:
            if self._read(name):
                raise AlreadyExists(name, 1073)
            key = self._key(name)
            self._registry.set(key, "Type", 1 if is_driver else 16)
            self._registry.set(key, "Start", START_NUMBERS[start_type])
            self._registry.set(key, "ErrorControl", 1)
            self._registry.set(key, "ImagePath", image_path, RegistryKind.EXPAND_STRING)
            for value, text in (("DisplayName", display_name), ("Description", description), ("ObjectName", account)):
                if text:
                    self._registry.set(key, value, text)
            if depends_on:
                self._registry.set(key, "DependOnService", list(depends_on))
            if delayed:
                self._registry.set(key, "DelayedAutostart", 1)

    def delete(self, name: str) -> None:
        with self._lock:
            service = self.require(name)
            self._registry.delete_key(self._key(service.name))
            self._status.pop(service.name.lower(), None)

    def start_automatic(self) -> None:
        """What a boot does: drivers of start type boot and system, and automatic services with what they need."""
        for service in self.all():
            if service.start_type in {StartType.BOOT, StartType.SYSTEM, StartType.AUTOMATIC}:
                self._start_with_dependencies(service)

    def stop_all(self) -> None:
        """What a shutdown does, and what a machine that is off looks like."""
        with self._lock:
            self._status.clear()

    def set_status(self, name: str, status: Status) -> None:
        """For what a service does by itself, such as pausing or stopping when its work is done."""
        self._change(self.require(name).name, status)

    def _start_with_dependencies(self, service: Service) -> None:
        for other in service.depends_on:
            found = self._read(other)
            if found and found.start_type is not StartType.DISABLED:
                self._start_with_dependencies(found)
        if self._status.get(service.name.lower(), Status.STOPPED) is Status.STOPPED:
            self._change(service.name, Status.RUNNING)

    def _start_dependency(self, name: str, other: str) -> None:
        found = self._read(other)
        if found is None or (found.status is Status.STOPPED and found.start_type is StartType.DISABLED):
            raise MachineError(1068, name)
        if found.status is Status.STOPPED:
            self.start(other)

    def _change(self, name: str, status: Status) -> None:
        with self._lock:
            self._status[name.lower()] = status
        for told in self.when_changed:
            told(name, status)

    def _key(self, name: str) -> str:
        return f"{SERVICES_KEY}\\{name}"

    def _read(self, name: str) -> Service | None:
        key = self._key(name)
        if "\\" in name or not self._registry.value(key, "Type"):
            return None
        depends = self._registry.get(key, "DependOnService", [])
        number = self._registry.number(key, "Start", 3)
        status = self._status.get(name.lower(), Status.STOPPED)
        return Service(
            name=self._registry.spelling(key).rpartition("\\")[2],
            display_name=self._registry.text(key, "DisplayName", name),
            description=self._registry.text(key, "Description"),
            start_type=next(kind for kind, each in START_NUMBERS.items() if each == min(number, 4)),
            delayed=bool(self._registry.number(key, "DelayedAutostart")),
            account=self._registry.text(key, "ObjectName"),
            image_path=self._registry.text(key, "ImagePath"),
            depends_on=tuple(depends) if isinstance(depends, list) else (),
            is_driver=self._registry.number(key, "Type") in _DRIVER_TYPES,
            status=status,
            can_stop=status is Status.RUNNING and name.lower() not in _CANNOT_STOP,
        )
